using NetEdit.EndToEnd.Tests;
using NetEdit.Lab;
using NetEdit.Testing;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace NetEdit.Faults.Tests;

/// <summary>Whatever changes, every connection that is opened meanwhile has at least the tuning that both states promise.</summary>
[Collection(KernelCollection.Name)]
public sealed class HitlessTests(ITestOutputHelper output)
{
    // Both find, in a few of 10,000 connections: a handshake in an inner scope whose chain is detached meanwhile gets nothing at its
    // establishment; and inner and outer chains do not see each other's claims while one has the maps of another layout.
    private const string OpenBugs = "two bugs of nested scopes are open: see docs/lifecycle.md, what is not guaranteed";
    private const int Changes = 200;
    private const int ChangesPerAgent = 20;

    [Fact(Skip = OpenBugs)]
    public void No_change_of_policies_or_versions_takes_tuning_from_a_connection()
    {
        var seed = Environment.TickCount;
        var told = Driver.Walk(seed, Changes);
        output.WriteLine($"seed {seed}: {told.Cases} changes, {told.Connections} connections");
        told.ShouldBeWell();
        told.Connections.ShouldBeGreaterThan(Changes * 20);
    }

    [Fact(Skip = OpenBugs)]
    public void No_change_that_an_agent_makes_nor_its_restart_takes_tuning_from_a_connection()
    {
        var seed = Environment.TickCount;
        using var churn = new Churn(seed);
        for (var change = 0; change < Changes; change++)
        {
            if (change % ChangesPerAgent == 0)
            {
                churn.StopAgent();
                churn.StartAgent();
            }

            churn.Push();
            churn.Converge();
            churn.Check($"change {change}");
        }

        output.WriteLine($"seed {seed}: {Changes} changes, {churn.Connections} connections, {churn.Crossed} of them during changes");
        churn.End();
    }
}
