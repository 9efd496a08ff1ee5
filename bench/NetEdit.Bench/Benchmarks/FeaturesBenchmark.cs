using NetEdit.Bench.Kernel;
using NetEdit.Bench.Running;

namespace NetEdit.Bench.Benchmarks;

/// <summary>What each feature costs, and all of them in one chain.</summary>
internal sealed class FeaturesBenchmark : Benchmark
{
    private const int Rounds = 20;
    private const int WarmUp = 2;
    private const int Connections = 1000;

    private static readonly (string Feature, string Values)[] Features = FeatureCosts.Measured;

    internal override string Name => FeatureCosts.Benchmark;

    internal override string Title =>
        "Each feature alone, and fifteen in one chain against the same compiled together by hand";

    internal override string Method =>
        $"""
            A feature's cost is the program time of a chain that has it less that of the same chain with its policy in mode observe: classified and counted, nothing set. All together are all but congestion-control, whose rival dctcp is in; the program
            by hand has the same stages inlined, with the calls written down for each operation (bench/bpf/bench_hand_all.bpf.c). {Connections} times connect + accept + close over loopback, both ends in the cgroup and so both tuned, one thread;
            run_time_ns of the kernel's statistics per connection, both ends together. {Rounds} rounds after {WarmUp} for warming up, all arms in every round, in turns. Net is without the constant that the statistics add to each run. CPU time is that of
            whole connections with statistics off.
            """;

    internal override IEnumerable<Figure> Run(Action<string> progress)
    {
        using var host = new BenchHost();
        var together = Features.Where(feature => feature.Feature != "congestion-control").ToArray();
        (string Mode, (string Feature, string Values)[] Set)[] sets =
        [
            ("enforce", together),
            .. Features.SelectMany(feature => new[] { ("enforce", new[] { feature }), ("observe", new[] { feature }) }),
        ];
        using var ledgers = new DisposableList<BenchLedger>(sets.Select(_ => host.OpenLedger()));
        using var cgroup = ledgers[0].OpenCgroup();
        var tunings = sets.Zip(
                ledgers,
                (set, ledger) => new PolicyTuning(ledger, Policies(host.Cgroup.Path, set.Mode, set.Set))
            )
            .ToArray();
        using var programs = new DisposableList<DisposableList<SockopsProgram>>(
            tunings.Zip(ledgers, (tuning, ledger) => tuning.Load(ledger))
        );
        using var hand = SockopsProgram.Hand(ledgers[0], tunings[0].Decide().Chains.Single(), "bench_hand_all");
        using var empty = SockopsProgram.Empty();
        Arm none = new(host, cgroup),
            byHand = new(host, cgroup, hand),
            nothing = new(host, cgroup, empty);
        Arm[] chains = [.. programs.Select(set => new Arm(host, cgroup, set))];
        Arm[] arms = [.. chains, byHand, nothing];

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

        double[] Net(int arm) =>
            Interleaved.Differences(
                times[arm],
                [.. times[^1].Select(constant => constant * arms[arm].RunsPerConnection / nothing.RunsPerConnection)]
            );
        yield return new Figure(
            "all together ÷ by hand, program time",
            "",
            Interleaved.Ratios(times[0], times[^2]),
            Target.Most(1.15)
        );
        yield return new Figure("all together ÷ by hand, net", "", Interleaved.Ratios(Net(0), Net(chains.Length)));
        yield return new Figure(
            FormattableString.Invariant($"all together: program time, {arms[0].RunsPerConnection:0.#} runs"),
            "ns",
            times[0]
        );
        yield return new Figure(
            FormattableString.Invariant($"by hand: program time, {byHand.RunsPerConnection:0.#} runs"),
            "ns",
            times[^2]
        );
        for (var index = 0; index < Features.Length; index++)
        {
            var (alone, observed) = (1 + (2 * index), 2 + (2 * index));
            yield return new Figure(
                FeatureCosts.Part(Features[index].Feature),
                "ns",
                Interleaved.Differences(Net(alone), Net(observed))
            );
        }

        yield return new Figure(FeatureCosts.SetsNothing, "ns", Net(2));

        progress("whole connections");
        (Arm Arm, TunedEnds Ends)[] pairs =
        [
            .. new[] { chains[0], byHand, none }.Select(arm => (arm, TunedEnds.Both)),
            (chains[0], TunedEnds.Accepted),
            (none, TunedEnds.Accepted),
        ];
        var whole = Interleaved.Run(
            WarmUp,
            Rounds,
            [
                .. pairs.Select<(Arm Arm, TunedEnds Ends), Func<double>>(pair =>
                    () => pair.Arm.Connect(Connections, tuned: pair.Ends).CpuNanoseconds
                ),
            ]
        );
        yield return new Figure(
            "CPU time, none ÷ all together, both ends",
            "",
            Interleaved.Ratios(whole[2], whole[0]),
            Target.Least(0.91)
        );
        yield return new Figure(
            "CPU time, none ÷ all together, the accepted end",
            "",
            Interleaved.Ratios(whole[4], whole[3]),
            Target.Least(0.985)
        );
        yield return new Figure(
            "CPU time, all together ÷ by hand, both ends",
            "",
            Interleaved.Ratios(whole[0], whole[1]),
            Target.Most(1.1)
        );
    }

    private static string Policies(string cgroup, string mode, IEnumerable<(string Feature, string Values)> features) =>
        string.Join(
            "---\n",
            features.Select(feature =>
                ConnectionsBenchmark
                    .Policy(cgroup, feature.Feature, $"{feature.Feature}: {feature.Values}")
                    .Replace("spec:", $"spec:\n  mode: {mode}", StringComparison.Ordinal)
            )
        );
}
