using NetEdit.Testing;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace NetEdit.Faults.Tests;

/// <summary>Wherever kill -9 comes: the next process reaches the goal, nothing is left over, and connections lose no tuning.</summary>
[Collection(KernelCollection.Name)]
public sealed class KillTests(ITestOutputHelper output)
{
    // All of the driver's scenarios together take a quarter of an hour: these change a value, add features, and replace every chain.
    public static TheoryData<string> Scenarios => ["value", "add", "upgrade-chain"];

    [KernelTheory]
    [MemberData(nameof(Scenarios))]
    public void Killed_at_any_call_or_action_the_next_process_reaches_the_goal(string scenario)
    {
        var told = Driver.Enumerate("kills", scenario);
        output.WriteLine($"{scenario}: {told.Places} calls and actions, {told.Cases} cases, {told.Connections} connections");
        told.ShouldBeWell();
        told.Cases.ShouldBeGreaterThan(told.Places);
    }
}
