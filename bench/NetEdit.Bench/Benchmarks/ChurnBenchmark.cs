using NetEdit.Bench.Running;

namespace NetEdit.Bench.Benchmarks;

/// <summary>Whether anything grows while everything changes; takes long, so it runs only when named.</summary>
internal sealed class ChurnBenchmark(string root, TimeSpan duration) : Benchmark
{
    private const int Seed = 20261122;
    private static readonly TimeSpan BetweenRests = TimeSpan.FromSeconds(45);
    private ChurnResult? _result;

    internal override string Name => "churn";

    internal override bool OnlyWhenNamed => true;

    internal override string Title => "Policies, cgroups and agents that come and go while connections are opened";

    internal override string Method =>
        $"""
            Two ledgers, each with an agent: one is ended by SIGTERM or kill -9 at random moments and started again at once, the other lasts. {(
                _result is { } result
                    ? FormattableString.Invariant(
                        $"In {result.Seconds / 60:0.#} minutes {result.Changes} changes, {result.Terminated} ends by SIGTERM and {result.Killed} by kill -9, {result.Connections} connections, {result.Samples.Length} samples. "
                    )
                    : ""
            )}Policies and nested cgroups
            are added, changed and removed at random (the seed is in the raw values), among them DCTCP and 80 policies at once, so that tables have grown before the first rest. One thread opens connections over loopback as fast as it can, in turn to scopes that are always tuned (the client's end always is) and to one that is at times, and
            looks at the window both ends began with; some are held open. Every {BetweenRests.TotalSeconds} s all comes to rest with the policies of the start: what the kernel then holds more than before the run must be the same each time. Slopes are those of Theil and Sen over the samples in the middle of changes, without the first fifth of the time, rises their product with the time; of kernel objects in the middle of changes, whose number is chance, a quarter more is within bounds, at rest none. The curves: [churn.svg](churn.svg).
            """;

    internal override IEnumerable<Figure> Run(Action<string> progress)
    {
        _result = ChurnRun.Go(
            Path.Combine(root, "artifacts", "netedit", "netedit.dll"),
            duration,
            BetweenRests,
            Seed,
            progress
        );
        ChurnSamples.Write(root, _result);
        foreach (var lapse in _result.Lapses)
        {
            progress(lapse);
        }

        return
        [
            .. ChurnVerdict
                .Of(_result)
                .Select(bound => new Figure(
                    bound.What,
                    bound.Unit,
                    [bound.Found],
                    Target.Most(Math.Round(bound.Bound, 2))
                )),
        ];
    }
}
