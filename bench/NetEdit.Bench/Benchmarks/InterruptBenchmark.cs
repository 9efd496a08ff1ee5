using System.Diagnostics;
using System.Globalization;
using NetEdit.Adapter;
using NetEdit.Bench.Kernel;
using NetEdit.Bench.Running;
using NetEdit.Lab;
using NetEdit.Model;

namespace NetEdit.Bench.Benchmarks;

/// <summary>How long switching off, asking and stopping take while an agent makes its first pass over many cgroups.</summary>
internal sealed class InterruptBenchmark(string root) : Benchmark
{
    private const string Ledger = "ne-bench";
    private const int Combinations = 63; // of six features, but none
    private const int Attached = 10; // by then the pass is well under way, and most of it is to come
    private const int Rounds = 7;
    private const int WarmUp = 1;
    private const string Slice = "nebench.slice";
    private static readonly string[] Tuning =
    [
        "initial-cwnd: { segments: 40 }",
        "receive-window: { initial: 128KiB, buffer: 256KiB }",
        "send-cwnd-clamp: { segments: 1000 }",
        "pacing: { rate: 1Gbit }",
        "keepalive: { idle: 60s }",
        "syn-timeout: { first: 250ms }",
    ];

    internal override string Name => "interrupt";

    internal override string Title =>
        $"netedit pause, netedit status and SIGTERM beside the first pass over {Combinations} cgroups";

    internal override string Method =>
        $"""
            {Combinations} cgroups, each with a policy that gives it another combination of six features, so that a program is loaded for each. An agent is started on an empty ledger; once {Attached} chains are attached, `netedit pause` is started,
            then `netedit status`, then the agent is sent SIGTERM. The pass had not ended by then in any round. {Rounds} rounds after {WarmUp} for warming up, each beside the same three of an agent that has tuned one cgroup and is idle.
            """;

    internal override IEnumerable<Figure> Run(Action<string> progress)
    {
        using var slice = LabCgroup.Create(Slice);
        using var directory = new TemporaryDirectory();
        var (all, one) = (directory.File("all"), directory.File("one"));
        for (var combination = 1; combination <= Combinations; combination++)
        {
            /* Goes with the slice. */
            var cgroup = slice.CreateChild(string.Create(CultureInfo.InvariantCulture, $"c{combination}"));
            Write(all, cgroup.Path, Tuning.Where((_, index) => (combination >> index & 1) != 0));
        }

        Write(one, slice.Path, Tuning);
        progress($"{Rounds} rounds");
        var times = Interleaved.Run(WarmUp, Rounds, () => Measure(all, busy: true), () => Measure(one, busy: false));
        return [.. Figures("beside the pass", times[0], Target.Most(200)), .. Figures("agent idle", times[1], null)];
    }

    private static IEnumerable<Figure> Figures(string when, Times[] times, Target? pause)
    {
        yield return new Figure(
            $"netedit pause, {when}: from the start of the process to the kernel's word",
            "ms",
            [.. times.Select(round => round.Pause)],
            pause
        );
        yield return new Figure($"netedit status, {when}", "ms", [.. times.Select(round => round.Status)]);
        yield return new Figure(
            $"SIGTERM, {when}: to the end of the agent",
            "ms",
            [.. times.Select(round => round.Stop)],
            Target.Most(2000)
        );
    }

    private static void Write(string policies, string scope, IEnumerable<string> tuning)
    {
        var name = Path.GetFileName(scope).Replace('.', '-');
        Directory.CreateDirectory(policies);
        File.WriteAllText(
            Path.Combine(policies, name + ".yaml"),
            $"apiVersion: netedit/v1\nkind: TuningPolicy\nmetadata: {{ name: {name} }}\nspec:\n"
                + $"  scope: {{ cgroup: {scope} }}\n  tuning:\n    {string.Join("\n    ", tuning)}\n"
        );
    }

    private Times Measure(string policies, bool busy)
    {
        string[] own = ["--ledger", Ledger];
        try
        {
            using var adapter = BpfAdapter.Open(new AdapterOptions { Ledger = Ledger });
            using var agent = NetEditProcess.Start(
                root,
                "agent",
                [.. own, "--policies", policies, "--no-http", "--interval", "1h"]
            );
            agent.WaitUntil(() => Chains(adapter) >= (busy ? Attached : 1), "attach the chains", 1);
            if (!busy)
            {
                agent.WaitUntil(
                    () => agent.Messages.Any(line => line.Contains("policies in force", StringComparison.Ordinal)),
                    "end its first pass"
                );
            }

            var watch = Stopwatch.StartNew();
            double paused;
            using (var pause = NetEditProcess.Start(root, "pause", own))
            {
                while (adapter.ReadPauses()?.Contains(PauseTarget.Everything) != true)
                {
                    Thread.Yield();
                }

                paused = watch.Elapsed.TotalMilliseconds;
                pause.Wait();
            }

            var status = NetEditProcess.Run(root, "status", "--agent", "--ledger", Ledger).TotalMilliseconds;
            if (busy && Chains(adapter) == Combinations)
            {
                throw new InvalidOperationException("the pass was over too soon: there is nothing to interrupt");
            }

            watch.Restart();
            agent.Dispose();
            return new Times(paused, status, watch.Elapsed.TotalMilliseconds);
        }
        finally
        {
            NetEditProcess.Run(root, "uninstall", own);
        }
    }

    private static int Chains(BpfAdapter adapter) =>
        Directory.Exists(adapter.LedgerPath + "/chains")
            ? Directory.GetDirectories(adapter.LedgerPath + "/chains").Length
            : 0;

    private sealed record Times(double Pause, double Status, double Stop);
}
