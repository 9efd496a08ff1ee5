using System.Collections.Immutable;
using NetEdit.Agent.Reconciliation;

namespace NetEdit.Agent.Metrics;

/// <summary>
/// Totals of all passes since the start of the agent. Immutable: a scrape may read one while the next pass is counted.
/// </summary>
internal sealed record PassTotals
{
    /// <summary>
    /// Upper bounds of the duration's buckets in seconds: from a pass that changes nothing to one that loads many
    /// programs.
    /// </summary>
    public static readonly ImmutableArray<double> DurationBounds =
    [
        0.001,
        0.0025,
        0.005,
        0.01,
        0.025,
        0.05,
        0.1,
        0.25,
        0.5,
        1,
        2.5,
        5,
        10,
    ];

    /// <summary>Passes by result.</summary>
    public ImmutableSortedDictionary<string, long> Passes { get; private init; } = Empty;

    /// <summary>Passes by duration: one count for each bound, and the last for what took longer.</summary>
    public ImmutableArray<ulong> Durations { get; private init; } = [.. new ulong[DurationBounds.Length + 1]];

    /// <summary>Time of all passes, in seconds.</summary>
    public double Seconds { get; private init; }

    /// <summary>Sockets that were walked, by what came of it.</summary>
    public ImmutableSortedDictionary<string, long> WalkedSockets { get; private init; } = Empty;

    /// <summary>Open connections that each feature was given to.</summary>
    public ImmutableSortedDictionary<string, long> Tuned { get; private init; } = Empty;

    /// <summary>Open connections that each feature was taken back from.</summary>
    public ImmutableSortedDictionary<string, long> Released { get; private init; } = Empty;

    /// <summary>When a pass last ended unchanged or changed, in seconds since 1970; 0 before the first.</summary>
    public double LastSuccess { get; private init; }

    private static ImmutableSortedDictionary<string, long> Empty { get; } =
        ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);

    /// <summary>Adds a pass.</summary>
    public PassTotals Add(ReconcileReport report)
    {
        var seconds = report.Duration.TotalSeconds;
        var bucket = DurationBounds.Count(bound => bound < seconds);
        return new PassTotals
        {
            Passes = Add(Passes, [new(report.Result.ToString().ToLowerInvariant(), 1)]),
            Durations = Durations.SetItem(bucket, Durations[bucket] + 1),
            Seconds = Seconds + seconds,
            WalkedSockets = Add(
                WalkedSockets,
                report.Walks.SelectMany(walk =>
                    new KeyValuePair<string, long>[]
                    {
                        new("changed", walk.Changed),
                        new("unchanged", walk.Unchanged),
                        new("skipped", walk.Skipped),
                        new("failed", walk.Failed),
                    }
                )
            ),
            Tuned = Add(Tuned, report.Walks.SelectMany(walk => walk.Tuned)),
            Released = Add(Released, report.Walks.SelectMany(walk => walk.Released)),
            LastSuccess = report.Result is ReconcileResult.Changed or ReconcileResult.Unchanged
                ? (report.StartedAt + report.Duration).ToUnixTimeMilliseconds() / 1000.0
                : LastSuccess,
        };
    }

    private static ImmutableSortedDictionary<string, long> Add(
        ImmutableSortedDictionary<string, long> totals,
        IEnumerable<KeyValuePair<string, long>> counts
    ) =>
        counts.Aggregate(
            totals,
            (sums, count) => sums.SetItem(count.Key, sums.GetValueOrDefault(count.Key) + count.Value)
        );
}
