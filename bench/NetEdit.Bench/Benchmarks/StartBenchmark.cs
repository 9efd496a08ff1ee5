using NetEdit.Adapter;
using NetEdit.Bench.Kernel;
using NetEdit.Bench.Running;

namespace NetEdit.Bench.Benchmarks;

/// <summary>How soon a host is tuned, and what an agent costs that has nothing to do.</summary>
internal sealed class StartBenchmark(string root) : Benchmark
{
    private const int Starts = 15;
    private const int WarmUp = 2;
    private const string Ledger = "ne-bench";
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);
    private const int IdlePeriods = 3;

    internal override string Name => "start";

    internal override string Title => "netedit apply of policies/ from nothing, and an idle agent";

    internal override string Method =>
        $"""
            The program as packages carry it (eng/publish-product.sh), with an empty ledger each time: from starting the process to its end, when everything is attached; capabilities probed by an earlier run. {Starts} times after {WarmUp} for warming up.
            Idle: an agent with the same policies and no look for drift meanwhile; after {Settling.TotalSeconds} s to settle, {IdlePeriods} periods of {Idle.TotalSeconds} s: CPU time of all its threads by the scheduler's count, and resident memory.
            """;

    internal override IEnumerable<Figure> Run(Action<string> progress)
    {
        var policies = Path.Combine(root, "policies");
        string[] arguments = ["--policies", policies, "--ledger", Ledger];
        try
        {
            progress("apply");
            var times = Interleaved.Run(
                WarmUp,
                Starts,
                () =>
                {
                    var time = NetEditProcess.Run(root, "apply", arguments).TotalMilliseconds;
                    NetEditProcess.Run(root, "uninstall", "--ledger", Ledger);
                    return time;
                }
            );
            List<Figure> figures = [new("process start to everything attached", "ms", times[0], Target.Most(400))];

            progress("idle agent");
            using var adapter = BpfAdapter.Open(new AdapterOptions { Ledger = Ledger });
            using var agent = NetEditProcess.Start(root, "agent", [.. arguments, "--no-http", "--interval", "1h"]);
            agent.WaitUntil(() => adapter.Observe().Chains.Length > 0, "attach a chain");
            Thread.Sleep(Settling);
            List<double> cpu = [];
            List<double> memory = [];
            List<double> files = [];
            for (var period = 0; period < IdlePeriods; period++)
            {
                var before = agent.CpuNanoseconds;
                Thread.Sleep(Idle);
                cpu.Add((agent.CpuNanoseconds - before) / 1e6);
                memory.Add(Mebibytes(agent, "VmRSS"));
                files.Add(Mebibytes(agent, "RssFile"));
            }

            figures.Add(new Figure($"idle agent: CPU time in {Idle.TotalSeconds} s", "ms", [.. cpu], Target.Most(0)));
            figures.Add(new Figure("idle agent: resident memory", "MiB", [.. memory], Target.Most(50)));
            figures.Add(new Figure("of that, files: code that processes share", "MiB", [.. files]));
            return figures;
        }
        finally
        {
            NetEditProcess.Run(root, "uninstall", "--ledger", Ledger);
        }
    }

    private static double Mebibytes(NetEditProcess process, string name) =>
        process.MemoryBytes(name) / (double)(1 << 20);
}
