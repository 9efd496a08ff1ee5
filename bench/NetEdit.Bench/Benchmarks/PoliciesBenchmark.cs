using System.Diagnostics;
using NetEdit.Bench.Kernel;
using NetEdit.Bench.Running;
using NetEdit.Model;

namespace NetEdit.Bench.Benchmarks;

/// <summary>Whether the number of policies matters.</summary>
internal sealed class PoliciesBenchmark : Benchmark
{
    private const string Tuning = "receive-window: { initial: 128KiB }";
    private const int Decisions = 15;
    private const int Rounds = 30;
    private const int WarmUp = 3;
    private const int Connections = 2000;
    private const int Peers = 20_000;
    private const int FewPeers = 16;

    internal override string Name => "policies";

    internal override string Title =>
        "1,000 policies with 10,000 prefixes: deciding and planning, and the cost per connection against one policy";

    internal override string Method =>
        $"""
            Every policy has ten prefixes (eight IPv4, of 21 to 30 bits, one of them within one of the next policy; two IPv6) and sets initial-cwnd and receive-window. Deciding and planning start from policies that are read and end with the actions for an empty kernel;
            {Decisions} times in one process, the first, with the code not yet compiled, apart. Per connection: the same chain with the rules of all policies and with those of one that matches everything, each with its own maps; connect + accept + close
            over loopback between addresses chosen at random from the prefixes ({Peers} pairs), both ends in the scope; run_time_ns of the kernel's statistics. Among many peers nearly every rule and profile is looked up cold, among few they stay in the CPU's caches. {Rounds} pairs of {Connections} connections in turns after {WarmUp} for warming up.
            """;

    internal override IEnumerable<Figure> Run(Action<string> progress)
    {
        using var host = new BenchHost();
        using var manyLedger = host.OpenLedger();
        using var oneLedger = host.OpenLedger();
        using var cgroup = oneLedger.OpenCgroup();

        progress("decide and plan");
        var watch = Stopwatch.StartNew();
        var many = new PolicyTuning(manyLedger, ManyPolicies.Yaml(host.Cgroup.Path, Tuning));
        var reading = watch.Elapsed.TotalMilliseconds;
        double[] decisions = [.. Enumerable.Range(0, Decisions + 1).Select(_ => DecideAndPlan(manyLedger, many))];
        yield return new Figure("decide and plan", "ms", decisions[1..], Target.Most(1000));
        yield return new Figure("decide and plan, the first time", "ms", decisions[..1], Target.Most(1000));
        yield return new Figure("read the YAML, the first time", "ms", [reading]);

        using var manyPrograms = many.Load(manyLedger);
        using var onePrograms = new PolicyTuning(
            oneLedger,
            ConnectionsBenchmark.Policy(host.Cgroup.Path, "one", $"initial-cwnd: {{ segments: 40 }}\n    {Tuning}")
        ).Load(oneLedger);
        using var empty = SockopsProgram.Empty();
        Arm manyArm = new(host, cgroup, manyPrograms),
            oneArm = new(host, cgroup, onePrograms),
            emptyArm = new(host, cgroup, empty);
        var ends = ManyPolicies.Connections(Peers);

        progress("program time");
        using (new RunTimeStatistics())
        {
            Arm[] arms = [manyArm, oneArm, emptyArm];
            double[][] Times(Ends[] among) =>
                Interleaved.Run(
                    WarmUp,
                    Rounds,
                    [.. arms.Select<Arm, Func<double>>(arm => () => arm.ProgramNanoseconds(Connections, among))]
                );
            var times = Times(ends);
            var few = Times(ends[..FewPeers]);
            yield return new Figure(
                "program time per connection, 1,000 policies ÷ one",
                "",
                Interleaved.Ratios(times[0], times[1]),
                Target.Most(1.1)
            );
            yield return new Figure(
                $"the same among {FewPeers} pairs of peers",
                "",
                Interleaved.Ratios(few[0], few[1])
            );
            yield return new Figure(
                FormattableString.Invariant(
                    $"1,000 policies: program time per connection, {manyArm.RunsPerConnection:0.#} runs"
                ),
                "ns",
                times[0]
            );
            yield return new Figure(
                FormattableString.Invariant(
                    $"one policy: program time per connection, {oneArm.RunsPerConnection:0.#} runs"
                ),
                "ns",
                times[1]
            );
            yield return new Figure("a program that does nothing: program time per connection", "ns", times[2]);
        }

        progress("whole connections");
        var costs = Interleaved.Run(
            WarmUp,
            Rounds,
            () => manyArm.Connect(Connections, ends),
            () => oneArm.Connect(Connections, ends)
        );
        double[] Cpu(int arm) => [.. costs[arm].Select(cost => cost.CpuNanoseconds)];
        yield return new Figure(
            "CPU time per connection, 1,000 policies ÷ one",
            "",
            Interleaved.Ratios(Cpu(0), Cpu(1)),
            Target.Most(1.1)
        );
    }

    private static double DecideAndPlan(BenchLedger ledger, PolicyTuning tuning)
    {
        var watch = Stopwatch.StartNew();
        var plan = PolicyTuning.Plan(ledger, tuning.Decide(), ObservedState.Empty);
        var elapsed = watch.Elapsed.TotalMilliseconds;
        return plan.IsEmpty ? throw new InvalidOperationException("a thousand policies led to nothing") : elapsed;
    }
}
