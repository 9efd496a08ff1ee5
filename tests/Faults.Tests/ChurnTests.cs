using System.Diagnostics;

namespace NetEdit.Faults.Tests;

/// <summary>kill -9 of the real agent at random moments while policies change.</summary>
[Collection<KernelCollection>]
public sealed class ChurnTests(ITestOutputHelper output)
{
    private static readonly int Kills = TestDepth.Choose(usual: 30, deep: 300);
    private const int WhileItChanges = 60;

    [KernelFact]
    public void Killed_at_random_moments_the_agent_converges_and_no_connection_loses_tuning()
    {
        var seed = Environment.TickCount;
        using var churn = new Churn(seed, pauseMicroseconds: 500);
        churn.Push();
        var watch = Stopwatch.StartNew();
        churn.StartAgent();
        churn.Converge();
        var start = (int)watch.ElapsedMilliseconds;
        for (var kill = 0; kill < Kills; kill += 2)
        {
            // Once while it makes a change, or just before or after, and once while the next one starts and finds what is left.
            churn.Push();
            Thread.Sleep(churn.Next(WhileItChanges));
            churn.KillAgent();
            churn.StartAgent();
            Thread.Sleep(churn.Next(start));
            churn.KillAgent();

            churn.StartAgent();
            churn.Converge();
            churn.Check($"kill {kill}");
        }

        output.WriteLine(
            $"seed {seed}: {Kills} kills in {watch.Elapsed.TotalSeconds:f0} s, {churn.Connections} "
                + $"connections, {churn.Crossed} of them during changes"
        );
        churn.Connections.ShouldBeGreaterThan(Kills);
        churn.End();
    }
}
