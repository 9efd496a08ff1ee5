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

    private static readonly (string Name, string[] Tuning, Target? Target)[] Sets =
    [
        ("three", [InitialCwnd, ReceiveWindow, Dctcp], null),
        ("initial-cwnd", [InitialCwnd], Target.Least(0.965)),
        ("receive-window", [ReceiveWindow], null),
        ("dctcp", [Dctcp], null),
    ];

    internal override string Name => "connections";

    internal override string Title => "What a connection costs that opens and closes, by CPU: tuned against untuned";

    internal override string Method =>
        $"""
            One policy each for initial-cwnd, receive-window (initial, clamp and buffer) and dctcp, all matching every connection, decided and planned by the PolicyEngine; against the same cgroup with nothing attached. The namespace's default algorithm
            is Reno, the cheapest. Loopback; one thread does both ends, run-time statistics off. The ends that are in the tuned cgroup: both, so that every connection is tuned twice; the accepted one alone; the connected one alone; none, a bystander
            on the host. {Rounds} rounds of {Connections} connections for each arm in turns, after {WarmUp} for warming up. CPU time is that of the thread, the kernel's part and its soft interrupts included; none ÷ tuned, so that 1 is free.
            The worst case for the ratio: connections that carry no data between hosts that are no distance apart.
            """;

    private static readonly (string Words, TunedEnds Ends, Target? Target)[] ThreePolicies =
    [
        ("both ends", TunedEnds.Both, Target.Least(0.95)),
        ("the accepted end", TunedEnds.Accepted, null),
        ("the connected end", TunedEnds.Connected, null),
        ("a bystander", TunedEnds.None, null),
    ];

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
        Arm none = new(host, cgroup),
            nothing = new(host, cgroup, empty);
        Arm[] sets = [.. programs.Select(set => new Arm(host, cgroup, set))];
        var three = sets[0];
        (Arm Arm, TunedEnds Ends)[] arms =
        [
            .. ThreePolicies.Select(line => (none, line.Ends)),
            .. ThreePolicies.Select(line => (three, line.Ends)),
            .. sets.Skip(1).Select(set => (set, TunedEnds.Both)),
            (nothing, TunedEnds.Both),
            (nothing, TunedEnds.None),
        ];

        progress("pairs");
        var costs = Interleaved.Run(
            WarmUp,
            Rounds,
            [
                .. arms.Select<(Arm Arm, TunedEnds Ends), Func<Cost>>(arm =>
                    () => arm.Arm.Connect(Connections, tuned: arm.Ends)
                ),
            ]
        );
        double[] Cpu(Arm arm, TunedEnds ends) =>
            [.. costs[Array.IndexOf(arms, (arm, ends))].Select(cost => cost.CpuNanoseconds)];
        double[] Rates(Arm arm) =>
            [.. costs[Array.IndexOf(arms, (arm, TunedEnds.Both))].Select(cost => 1e9 / cost.WallNanoseconds)];
        double[] Free(Arm arm, TunedEnds ends) => Interleaved.Ratios(Cpu(none, ends), Cpu(arm, ends));

        foreach (var (words, ends, target) in ThreePolicies)
        {
            yield return new Figure($"CPU time, none ÷ three policies, {words}", "", Free(three, ends), target);
        }

        for (var set = 1; set < sets.Length; set++)
        {
            yield return new Figure(
                $"CPU time, none ÷ {Sets[set].Name} alone, both ends",
                "",
                Free(sets[set], TunedEnds.Both),
                Sets[set].Target
            );
        }

        yield return new Figure(
            "CPU time, none ÷ a program that does nothing, both ends",
            "",
            Free(nothing, TunedEnds.Both)
        );
        yield return new Figure(
            "CPU time, none ÷ a program that does nothing, a bystander",
            "",
            Free(nothing, TunedEnds.None)
        );
        yield return new Figure("none: CPU time per connection", "ns", Cpu(none, TunedEnds.Both));
        yield return new Figure("three policies: CPU time per connection", "ns", Cpu(three, TunedEnds.Both));
        yield return new Figure(
            "connections per second, three policies ÷ none, both ends",
            "",
            Interleaved.Ratios(Rates(three), Rates(none))
        );

        progress("program time");
        using (new RunTimeStatistics())
        {
            var times = Interleaved.Run(WarmUp, Rounds, () => three.ProgramNanoseconds(Connections));
            yield return new Figure(
                FormattableString.Invariant(
                    $"three policies: program time per connection, {three.RunsPerConnection:0.#} runs"
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
