using NetEdit.Lab;

namespace NetEdit.EndToEnd.Tests;

/// <summary>Tests that run side by side look at their own objects; this one looks at the whole kernel when all of them are over.</summary>
[Collection<KernelCollection>]
public sealed class ResidueTests
{
    [KernelFact]
    public void After_the_tests_that_ran_side_by_side_the_kernel_holds_no_more_than_before() =>
        KernelResidue.WaitUntilNothingMoreThan(Share.Before, Eventually.Limit).ShouldBeEmpty();
}
