using System.Collections.Immutable;
using NetEdit.Host;
using NetEdit.Model;

namespace NetEdit.Kernels.Tests;

public sealed class JudgementTests
{
    private static readonly Reason Lacks = new(
        ReasonCodes.CapabilityMissing,
        $"variant 'bpf' needs {CapabilityNames.StructOpsLink}: EINVAL"
    );

    [Fact]
    public void Below_its_version_a_capability_may_be_missing_when_the_feature_says_so()
    {
        Problems("6.1.0-50-amd64", available: false, PolicyState.Degraded, Lacks).ShouldBeEmpty();
        Problems("6.1.0-50-amd64", available: false, PolicyState.Unsupported, Lacks).ShouldBeEmpty();
        Problems("6.1.0-50-amd64", available: false, PolicyState.Failed, Lacks)
            .ShouldHaveSingleItem()
            .ShouldContain("dctcp is Failed");
        Problems(
                "6.1.0-50-amd64",
                available: false,
                PolicyState.Degraded,
                new Reason(ReasonCodes.KernelRefused, "EACCES")
            )
            .ShouldHaveSingleItem();
    }

    [Fact]
    public void From_its_version_on_it_may_not_but_for_the_kernels_configuration()
    {
        Problems("6.12.90-amd64", available: false, PolicyState.Degraded, Lacks)
            .ShouldHaveSingleItem()
            .ShouldContain("since 6.4.0");
        Judgement
            .Problems(
                Result("6.12.90-amd64", available: false, PolicyState.Degraded, Lacks) with
                {
                    Configuration = ImmutableHashSet<string>.Empty,
                }
            )
            .ShouldBeEmpty();
        Problems("6.12.90-amd64", available: true, PolicyState.Active).ShouldBeEmpty();
        Problems("6.12.90-amd64", available: true, PolicyState.Degraded, Lacks).ShouldHaveSingleItem();
    }

    [Fact]
    public void A_guest_without_a_report_is_a_problem() =>
        Judgement
            .Problems(
                new KernelResult(
                    KernelBuild.TryParse("6.12.90-amd64")!,
                    ImmutableHashSet<string>.Empty,
                    null,
                    "no report",
                    default
                )
            )
            .ShouldBe(["no report"]);

    [Fact]
    public void A_page_is_read_as_it_was_written_and_differences_are_found()
    {
        var page = MatrixPage.Of([
            Result("6.1.0-50-amd64", false, PolicyState.Degraded, Lacks),
            Result("6.12.90-amd64", true, PolicyState.Active),
        ]);
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, page.ToString());
            var read = MatrixPage.Read(path);

            read.ToString().ShouldBe(page.ToString());
            read.Differences(page).ShouldBeEmpty();
            read.Differences(MatrixPage.Of([Result("6.12.90-amd64", true, PolicyState.Degraded, Lacks)]))
                .ShouldBe([
                    "6.12.90-amd64, Features, dctcp: the page says bpf, Active, now it is bpf, Degraded: no "
                        + "struct-ops-link",
                ]);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_page_takes_the_columns_of_kernels_that_were_run_again_and_keeps_the_others()
    {
        var (old, other) = (
            Result("6.1.0-50-amd64", false, PolicyState.Degraded, Lacks),
            Result("6.12.90-amd64", true, PolicyState.Active)
        );
        var again = Result("6.12.90-amd64", true, PolicyState.Degraded, Lacks);

        MatrixPage
            .Of([old, other])
            .With(MatrixPage.Of([again]))
            .ToString()
            .ShouldBe(MatrixPage.Of([old, again]).ToString());
    }

    [Fact]
    public void What_one_kernel_has_and_another_has_not_is_no_difference_for_either()
    {
        var (with, without) = (
            Result("6.12.90-amd64", true, PolicyState.Active),
            Result("5.10.0-46-amd64", true, PolicyState.Active)
        );
        with = with with
        {
            Report = with.Report! with { Programs = [.. without.Report!.Programs, new ProgramSize("live", 100, 200)] },
        };
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, MatrixPage.Of([with, without]).ToString());
            var read = MatrixPage.Read(path);

            read.Differences(MatrixPage.Of([without])).ShouldBeEmpty();
            read.Differences(MatrixPage.Of([with with { Kernel = without.Kernel }]))
                .ShouldBe(["5.10.0-46-amd64, Programs, live: the page says –, now it is 100 (200)"]);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static IEnumerable<string> Problems(
        string release,
        bool available,
        PolicyState state,
        params Reason[] reasons
    ) => Judgement.Problems(Result(release, available, state, reasons));

    private static KernelResult Result(string release, bool available, PolicyState state, params Reason[] reasons) =>
        new(
            KernelBuild.TryParse(release)!,
            ImmutableHashSet.Create(
                "CONFIG_BPF_SYSCALL=y",
                "CONFIG_BPF_JIT=y",
                "CONFIG_CGROUP_BPF=y",
                "CONFIG_DEBUG_INFO_BTF=y"
            ),
            new GuestReport
            {
                Capabilities = new CapabilityReport(
                    release,
                    [new Capability(CapabilityNames.StructOpsLink, available, "EINVAL")]
                ),
                Host = [],
                Features =
                [
                    new FeatureReport(
                        "dctcp",
                        state,
                        "bpf",
                        [.. reasons],
                        [new CheckReport("effect", CheckOutcome.Passed, "", 1)]
                    ),
                ],
                Programs = [new ProgramSize("chain", 100, 2000)],
            },
            null,
            default
        );
}
