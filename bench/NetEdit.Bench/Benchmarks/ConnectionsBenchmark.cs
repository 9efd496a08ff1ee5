using NetEdit.Bench.Kernel;
using NetEdit.Bench.Running;

namespace NetEdit.Bench.Benchmarks;

/// <summary>What tuning costs a host that does nothing but open and close connections.</summary>
internal sealed class ConnectionsBenchmark : Benchmark
{
    private const int Rounds = 60;
    private const int WarmUp = 3;
    private const int Connections = 2000;

    internal override string Name => "connections";

    internal override string Title => "Rate of connect + accept + close with three policies in force against none";

    internal override string Method =>
        $"""
        One policy each for initial-cwnd, receive-window (initial, clamp and buffer) and dctcp, all matching every connection, decided and planned by the PolicyEngine; against the same cgroup with nothing attached. The namespace's default algorithm
        is Reno, the cheapest. Loopback, both ends in the cgroup, so that every connection is tuned twice; one thread does both ends, run-time statistics off. {Rounds} pairs of {Connections} connections in turns after {WarmUp} for warming up.
        CPU time is that of the thread, the kernel's part included. The worst case for the ratio: connections that carry no data between hosts that are no distance apart.
        """.ReplaceLineEndings(" ");

    internal override IEnumerable<Figure> Run(Action<string> progress)
    {
        using var host = new BenchHost();
        using var ledger = host.OpenLedger();
        using var cgroup = ledger.OpenCgroup();
        using var programs = new PolicyTuning(host, ledger, Policies(host.Cgroup.Path)).Load(ledger);
        Arm tuned = new(host, cgroup, programs), none = new(host, cgroup);

        progress("pairs");
        var costs = new List<Cost>[] { [], [] };
        double Measure(Arm arm, List<Cost> all)
        {
            all.Add(arm.Connect(Connections));
            return 0;
        }

        Interleaved.Run(WarmUp, Rounds, () => Measure(tuned, costs[0]), () => Measure(none, costs[1]));
        var rates = costs.Select(arm => arm.Skip(WarmUp).Select(cost => 1e9 / cost.WallNanoseconds).ToArray()).ToArray();
        var cpu = costs.Select(arm => arm.Skip(WarmUp).Select(cost => cost.CpuNanoseconds).ToArray()).ToArray();
        yield return new Figure("connections per second, tuned ÷ not tuned", "", Interleaved.Ratios(rates[0], rates[1]), Target.Least(0.97));
        yield return new Figure("CPU time per connection, tuned ÷ not tuned", "", Interleaved.Ratios(cpu[0], cpu[1]));
        yield return new Figure("connections per second, tuned", "/s", rates[0]);
        yield return new Figure("connections per second, not tuned", "/s", rates[1]);

        progress("program time");
        using (new RunTimeStatistics())
        {
            var times = Interleaved.Run(WarmUp, 20, () => tuned.ProgramNanoseconds(Connections));
            yield return new Figure(FormattableString.Invariant($"program time per connection, {tuned.RunsPerConnection:0.#} runs"), "ns", times[0]);
        }
    }

    private static string Policies(string cgroup) => string.Join("---\n", [
        Policy(cgroup, "cwnd", "initial-cwnd: { segments: 40 }"),
        Policy(cgroup, "window", "receive-window: { initial: 256KiB, clamp: 4MiB, buffer: 8MiB }"),
        Policy(cgroup, "dctcp", "dctcp: {}"),
    ]);

    internal static string Policy(string cgroup, string name, string tuning) =>
        $$"""
        apiVersion: netedit/v1
        kind: TuningPolicy
        metadata: { name: {{name}} }
        spec:
          scope: { cgroup: {{cgroup}} }
          tuning:
            {{tuning}}

        """;
}
