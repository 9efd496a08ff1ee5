using System.Diagnostics;
using NetEdit.Bench.Kernel;
using NetEdit.Bench.Running;
using NetEdit.Model;

namespace NetEdit.Bench.Benchmarks;

/// <summary>How long changes take that load or replace more than a value.</summary>
internal sealed class SwitchBenchmark : Benchmark
{
    private const string Tuning = "receive-window: { initial: 128KiB }";
    private const int Rounds = 30;
    private const int WarmUp = 3;

    internal override string Name => "switch";

    internal override string Title => "Switching rule tables and replacing chains";

    internal override string Method =>
        $"""
            Rules: the table of 1,000 policies with 10,000 prefixes, built, filled, frozen and switched to by the adapter, and the other one freed. Chain: the adapter links two stages into a chain, has the kernel verify it and updates the
            link; and the update of the link alone, with both programs loaded. {Rounds} times each after {WarmUp} for warming up.
            """;

    internal override IEnumerable<Figure> Run(Action<string> progress)
    {
        using var host = new BenchHost();
        using var ledger = host.OpenLedger();
        using var cgroup = ledger.OpenCgroup();

        progress("rules");
        var plan = PolicyTuning.Plan(
            ledger,
            new PolicyTuning(ledger, ManyPolicies.Yaml(host.Cgroup.Path, Tuning)).Decide(),
            ledger.Adapter.Observe()
        );
        ledger.Execute(plan.Actions);
        var rules = plan.Actions.OfType<SwitchRules>().Last();
        yield return new Figure(
            $"switch to {rules.Rules.Prefixes.Length} rules",
            "ms",
            Repeat(() => ledger.Execute(rules))
        );

        progress("chains");
        var chain = plan.Actions.OfType<AttachChain>().Single().Chain;
        yield return new Figure(
            "link, load and replace a chain of two stages",
            "ms",
            Repeat(() => ledger.Execute(new UpdateChain(chain, "bench")))
        );

        using var first = SockopsProgram.Chain(ledger, chain);
        using var second = SockopsProgram.Chain(ledger, chain);
        using var link = first.Attach(cgroup);
        var turn = 0;
        yield return new Figure("update a link", "ms", Repeat(() => (turn++ % 2 == 0 ? second : first).Replace(link)));
    }

    private static double[] Repeat(Action action) =>
        Interleaved.Run(
            WarmUp,
            Rounds,
            () =>
            {
                var watch = Stopwatch.StartNew();
                action();
                return watch.Elapsed.TotalMilliseconds;
            }
        )[0];
}
