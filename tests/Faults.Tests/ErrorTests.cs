namespace NetEdit.Faults.Tests;

/// <summary>
/// Whichever call of bpf(2) fails, with whichever errno (in a deep run with each of them): the kernel is as before or as planned, the error says what was tried, trying again
/// leads to the goal, uninstalling leaves nothing, and connections lose no tuning that both states give.
/// </summary>
[Collection<KernelCollection>]
public sealed class ErrorTests(ITestOutputHelper output, Workers workers) : IClassFixture<Workers>
{
    public static TheoryData<string> Scenarios => [.. Faults.Scenarios.Names];

    [KernelTheory]
    [MemberData(nameof(Scenarios))]
    public void A_failing_call_changes_nothing_or_what_was_planned(string scenario)
    {
        var report = workers.Enumerate("errors", scenario);
        output.WriteLine($"{scenario}: {report.Places} faults, {report.Cases} cases, {report.Connections} connections");
        report.ShouldBeWell();

        report.ShouldHaveReachedMost();
    }

    [Fact]
    public void Six_calls_in_a_row_fail_with_six_errnos()
    {
        for (var turn = 0; turn < Enumeration.Errnos.Length; turn++)
        {
            Enumerable
                .Range(1, Enumeration.Errnos.Length)
                .SelectMany(call => Enumeration.ErrnosOf(call, turn, deep: false))
                .Distinct()
                .Count()
                .ShouldBe(Enumeration.Errnos.Length);
        }
    }

    [KernelFact]
    public void A_failing_call_never_has_the_bpf_file_system_mounted_twice_and_the_next_attempt_mounts_it()
    {
        var report = Driver.Mount();
        output.WriteLine($"{report.Places} calls, {report.Cases} cases");
        report.ShouldBeWell();
        report.Cases.ShouldBeGreaterThan(report.Places);
    }

    [KernelFact]
    public void A_probe_whose_call_fails_reports_its_capability_missing_and_why()
    {
        var report = Driver.Probe();
        output.WriteLine($"{report.Places} faults, {report.Cases} cases");
        report.ShouldBeWell();
        report.Cases.ShouldBe(report.Places * Enumeration.ErrnosOf(1, 0, TestDepth.IsDeep).Length);
    }
}
