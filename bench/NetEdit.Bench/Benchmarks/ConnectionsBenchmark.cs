using NetEdit.Bench.Kernel;
using NetEdit.Bench.Running;

namespace NetEdit.Bench.Benchmarks;

/// <summary>What tuning costs a host that does nothing but open and close connections.</summary>
internal sealed class ConnectionsBenchmark : Benchmark
{
    private const string InitialCwnd = "initial-cwnd: { segments: 40 }";
    private const string ReceiveWindow = "receive-window: { initial: 256KiB, clamp: 4MiB, buffer: 8MiB }";
    private const string Dctcp = "dctcp: {}";
    private const int Rounds = 30;
    private const int WarmUp = 3;
    private const int Connections = 2000;

    private static readonly (string Name, string[] Tuning)[] Sets =
    [
        ("three", [InitialCwnd, ReceiveWindow, Dctcp]),
        ("initial-cwnd", [InitialCwnd]),
        ("receive-window", [ReceiveWindow]),
        ("dctcp", [Dctcp]),
    ];

    internal override string Name => "connections";

    internal override string Title => "Rate of connect + accept + close with three policies in force against none";

    internal override string Method =>
        $"""
            One policy each for initial-cwnd, receive-window (initial, clamp and buffer) and dctcp, all matching every connection, decided and planned by the PolicyEngine; against the same cgroup with nothing attached. The namespace's default algorithm
            is Reno, the cheapest. Loopback, both ends in the cgroup, so that every connection is tuned twice; one thread does both ends, run-time statistics off. {Rounds} rounds of {Connections} connections for each arm in turns, after {WarmUp} for warming up.
            CPU time is that of the thread, the kernel's part included; as none ÷ tuned, so that 1 is free as it is for the rate. The worst case for the ratio: connections that carry no data between hosts that are no distance apart.
            """;

    internal override IEnumerable<Figure> Run(Action<string> progress)
    {
        using var host = new BenchHost();
        using var ledgers = new DisposableList<BenchLedger>(Sets.Select(_ => host.OpenLedger()));
        using var cgroup = ledgers[0].OpenCgroup();
        using var programs = new DisposableList<DisposableList<SockopsProgram>>(
            Sets.Zip(
                ledgers,
                (set, ledger) => new PolicyTuning(ledger, Policies(host.Cgroup.Path, set.Tuning)).Load(ledger)
            )
        );
        using var empty = SockopsProgram.Empty();
        Arm none = new(host, cgroup);
        Arm[] arms = [none, .. programs.Select(set => new Arm(host, cgroup, set)), new(host, cgroup, empty)];
        var all = arms[1];

        progress("pairs");
        var costs = Interleaved.Run(
            WarmUp,
            Rounds,
            [.. arms.Select<Arm, Func<Cost>>(arm => () => arm.Connect(Connections))]
        );
        double[] Rates(int arm) => [.. costs[arm].Select(cost => 1e9 / cost.WallNanoseconds)];
        double[] Cpu(int arm) => [.. costs[arm].Select(cost => cost.CpuNanoseconds)];
        yield return new Figure(
            "connections per second, three policies ÷ none",
            "",
            Interleaved.Ratios(Rates(1), Rates(0)),
            Target.Least(0.97)
        );
        yield return new Figure("the same by CPU time, none ÷ three policies", "", Interleaved.Ratios(Cpu(0), Cpu(1)));
        for (var set = 1; set < Sets.Length; set++)
        {
            yield return new Figure(
                $"CPU time, none ÷ {Sets[set].Name} alone",
                "",
                Interleaved.Ratios(Cpu(0), Cpu(set + 1))
            );
        }

        yield return new Figure(
            "CPU time, none ÷ a program that does nothing",
            "",
            Interleaved.Ratios(Cpu(0), Cpu(Sets.Length + 1))
        );
        yield return new Figure("none: CPU time per connection", "ns", Cpu(0));
        yield return new Figure("three policies: CPU time per connection", "ns", Cpu(1));

        progress("program time");
        using (new RunTimeStatistics())
        {
            var times = Interleaved.Run(WarmUp, Rounds, () => all.ProgramNanoseconds(Connections));
            yield return new Figure(
                FormattableString.Invariant(
                    $"three policies: program time per connection, {all.RunsPerConnection:0.#} runs"
                ),
                "ns",
                times[0]
            );
        }
    }

    private static string Policies(string cgroup, IEnumerable<string> tuning) =>
        string.Join("---\n", tuning.Select((setting, index) => Policy(cgroup, $"p{index}", setting)));

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
