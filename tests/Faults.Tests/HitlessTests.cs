using NetEdit.Lab;

namespace NetEdit.Faults.Tests;

/// <summary>Whatever changes, every connection that is opened meanwhile has at least the tuning that both states give.</summary>
[Collection<KernelCollection>]
public sealed class HitlessTests(ITestOutputHelper output)
{
    private const int ChangesPerAgent = 20;
    private static readonly int Changes = TestDepth.Choose(usual: 40, deep: 200);

    [KernelFact]
    public void No_change_of_policies_or_versions_takes_tuning_from_a_connection()
    {
        var seed = Environment.TickCount;
        var report = Driver.Walk(seed, Changes);
        output.WriteLine($"seed {seed}: {report.Cases} changes, {report.Connections} connections");
        report.ShouldBeWell();
        report.Connections.ShouldBeGreaterThan(Changes * 20);
    }

    [KernelFact]
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

        output.WriteLine(
            $"seed {seed}: {Changes} changes, {churn.Connections} connections, {churn.Crossed} of them during changes"
        );
        churn.End();
    }
}
