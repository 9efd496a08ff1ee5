using NetEdit.Bench.Kernel;
using NetEdit.Bench.Running;
using NetEdit.Model;

namespace NetEdit.Bench.Benchmarks;

/// <summary>What it costs that features are compiled apart.</summary>
internal sealed class ChainBenchmark : Benchmark
{
    private const int Rounds = 40;
    private const int WarmUp = 3;
    private const int Connections = 2000;

    internal override string Name => "chain";

    internal override string Title =>
        "Eight stages compiled apart and fused into one chain, against one program written by hand and "
        + "against eight programs side by side";

    internal override string Method =>
        $"""
            Each of the eight stages makes one real setting (bench/bpf). The program written by hand has the same maps, classification, profile, counters and settings in one function; side by side are eight chains of one
            stage each, attached to one cgroup, each with its own socket storage so that they do not disturb each other. {Connections} times connect + accept + close over loopback, both ends in the cgroup, one thread; the figure
            is run_time_ns of the kernel's statistics per connection. {Rounds} rounds after {WarmUp} for warming up, all arms in every round, in turns. The statistics add a constant to each run, which the program that does nothing shows;
            the net figures are without it. The last lines are whole connections with statistics off.
            """;

    internal override IEnumerable<Figure> Run(Action<string> progress)
    {
        using var host = new BenchHost();
        using var ledger = host.OpenLedger();
        using var cgroup = ledger.OpenCgroup();

        var fused = ledger.Chain(BenchStage.Eight.Select(stage => stage.Stage));
        List<(DesiredChain Chain, DesiredProfile Profile)> tuned =
        [
            (fused, BenchStage.Profile(fused, BenchStage.Eight)),
        ];
        foreach (var stage in BenchStage.Eight)
        {
            var single = ledger.Chain(stage.Stage);
            tuned.Add((single, BenchStage.Profile(single, stage)));
        }

        ledger.Execute(tuned.Select(item => new WriteProfile(item.Profile, false, "bench")));
        ledger.Execute(
            new SwitchRules(
                new RuleTable([], tuned.SelectMany(item => BenchLedger.Everything(item.Chain.Key, item.Profile.Id))),
                "bench"
            )
        );

        using var chain = SockopsProgram.Chain(ledger, fused);
        using var hand = SockopsProgram.Hand(ledger, fused);
        using var empty = SockopsProgram.Empty();
        using var singles = new DisposableList<SockopsProgram>(
            tuned.Skip(1).Select(item => SockopsProgram.Chain(ledger, item.Chain, ownSocketStorage: true))
        );
        Arm composedArm = new(host, cgroup, chain),
            handArm = new(host, cgroup, hand),
            sideArm = new(host, cgroup, singles),
            emptyArm = new(host, cgroup, empty);
        Arm[] arms = [composedArm, handArm, sideArm, emptyArm];

        progress("program time");
        double[][] times;
        using (new RunTimeStatistics())
        {
            times = Interleaved.Run(
                WarmUp,
                Rounds,
                [.. arms.Select<Arm, Func<double>>(arm => () => arm.ProgramNanoseconds(Connections))]
            );
        }

        var runs = arms.Select(arm => arm.RunsPerConnection).ToArray();
        var net = times
            .Take(3)
            .Select(
                (arm, index) =>
                    Interleaved.Differences(
                        arm,
                        [.. times[3].Select(nanoseconds => nanoseconds * runs[index] / runs[3])]
                    )
            )
            .ToArray();
        yield return new Figure(
            "composed ÷ by hand, program time per connection",
            "",
            Interleaved.Ratios(times[0], times[1]),
            Target.Most(1.15)
        );
        yield return new Figure(
            "composed ÷ side by side, program time per connection",
            "",
            Interleaved.Ratios(times[0], times[2]),
            Target.Most(0.25)
        );
        yield return new Figure("composed ÷ by hand, net", "", Interleaved.Ratios(net[0], net[1]));
        yield return new Figure("composed ÷ side by side, net", "", Interleaved.Ratios(net[0], net[2]));
        string[] names = ["composed", "by hand", "side by side", "a program that does nothing"];
        for (var index = 0; index < arms.Length; index++)
        {
            yield return new Figure(
                FormattableString.Invariant($"{names[index]}: program time per connection, {runs[index]:0.#} runs"),
                "ns",
                times[index]
            );
        }

        progress("whole connections");
        var whole = Interleaved.Run(
            WarmUp,
            Rounds,
            [.. arms.Take(3).Select<Arm, Func<double>>(arm => () => 1e9 / arm.Connect(Connections).WallNanoseconds)]
        );
        yield return new Figure(
            "composed ÷ by hand, connections per second",
            "",
            Interleaved.Ratios(whole[0], whole[1])
        );
        yield return new Figure(
            "composed ÷ side by side, connections per second",
            "",
            Interleaved.Ratios(whole[0], whole[2])
        );
        yield return new Figure("composed: connections per second", "/s", whole[0]);
    }
}
