namespace NetEdit.Kernels.Tests;

/// <summary>Real kernels, one test each. <c>NETEDIT_KERNELS</c> chooses them.</summary>
public sealed class KernelTests(Matrix matrix) : IClassFixture<Matrix>
{
    public static TheoryData<string> Kernels => [.. Matrix.Names];

    [Theory]
    [MemberData(nameof(Kernels))]
    public async Task Every_feature_does_what_this_kernel_can_and_says_what_it_cannot(string kernel) =>
        Judgement.Problems(await matrix.ResultAsync(kernel)).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Kernels))]
    public async Task The_page_of_results_is_current(string kernel)
    {
        var result = await matrix.ResultAsync(kernel);
        if (!Matrix.WritesPage)
        {
            MatrixPage
                .Read(Directories.MatrixPage)
                .Differences(MatrixPage.Of([result]))
                .ShouldBeEmpty("./test.sh --all-kernels writes docs/kernel-matrix.md");
        }
    }
}
