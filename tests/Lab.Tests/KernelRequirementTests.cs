namespace NetEdit.Lab.Tests;

public sealed class KernelRequirementTests
{
    [Theory]
    [InlineData(false, false, true, true)]
    [InlineData(false, true, true, true)]
    [InlineData(true, false, false, true)]
    [InlineData(true, false, true, false)]
    [InlineData(true, true, false, false)]
    [InlineData(true, true, true, false)]
    public void Root_under_CI_never_skips(bool root, bool ci, bool cgroup2, bool skipped) =>
        (KernelRequirement.Decide(root, ci, cgroup2) is not null).ShouldBe(skipped);
}
