namespace NetEdit.Faults.Tests;

/// <summary>Wherever kill -9 comes: the next process reaches the goal, nothing is left over, and connections lose no tuning.</summary>
[Collection<KernelCollection>]
public sealed class KillTests(ITestOutputHelper output, Workers workers) : IClassFixture<Workers>
{
    public static TheoryData<string> Scenarios => [.. Faults.Scenarios.Names];

    [KernelTheory]
    [MemberData(nameof(Scenarios))]
    public void Killed_at_any_call_or_action_the_next_process_reaches_the_goal(string scenario)
    {
        var report = workers.Enumerate("kills", scenario);
        output.WriteLine($"{scenario}: {report.Places} places, {report.Cases} cases, {report.Connections} connections");
        report.ShouldBeWell();

        report.ShouldHaveReachedMost();
    }
}
