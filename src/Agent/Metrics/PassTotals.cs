using System.Collections.Immutable;
using NetEdit.Agent.Daemon;
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

    /// <summary>
    /// Upper bounds of the buckets of a container's delay in seconds: from one that is noticed at once to one that waits for an
    /// interval.
    /// </summary>
    public static readonly ImmutableArray<double> ContainerDelayBounds =
    [
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
        30,
        60,
    ];

    /// <summary>The delays of a policy whose containers have not been tuned yet.</summary>
    public static readonly TimeSums NoDelays = new(ContainerDelayBounds);

    private static readonly ImmutableSortedDictionary<string, long> Empty = ImmutableSortedDictionary.Create<
        string,
        long
    >(StringComparer.Ordinal);

    /// <summary>Passes by result.</summary>
    public ImmutableSortedDictionary<string, long> Passes { get; private init; } = Empty;

    /// <summary>Causes of passes; those that have not occurred are 0, so that the first increase can be seen.</summary>
    public ImmutableSortedDictionary<string, long> Triggers { get; private init; } =
        Empty.AddRange(PassTrigger.All.Select(trigger => KeyValuePair.Create(trigger, 0L)));

    /// <summary>Passes by duration.</summary>
    public TimeSums Durations { get; private init; } = new(DurationBounds);

    /// <summary>By policy: how long containers waited until they were tuned.</summary>
    public ImmutableSortedDictionary<string, TimeSums> ContainerDelays { get; private init; } =
        ImmutableSortedDictionary.Create<string, TimeSums>(StringComparer.Ordinal);

    /// <summary>Sockets that were walked, by what came of it.</summary>
    public ImmutableSortedDictionary<string, long> WalkedSockets { get; private init; } = Empty;

    /// <summary>Open connections that each feature was given to.</summary>
    public ImmutableSortedDictionary<string, long> Tuned { get; private init; } = Empty;

    /// <summary>Open connections that each feature was taken back from.</summary>
    public ImmutableSortedDictionary<string, long> Released { get; private init; } = Empty;

    /// <summary>When a pass last ended unchanged or changed, in seconds since 1970; 0 before the first.</summary>
    public double LastSuccess { get; private init; }

    /// <summary>When the first pass with the revision in force ended, in seconds since 1970; 0 while there is none.</summary>
    public double LastPolicyLoad { get; private init; }

    private string Revision { get; init; } = "";

    /// <summary>Adds a pass.</summary>
    /// <param name="report">The pass.</param>
    /// <param name="triggers">What caused it.</param>
    /// <param name="starts">The containers that it has tuned for the first time.</param>
    public PassTotals Add(
        ReconcileReport report,
        IReadOnlyCollection<string> triggers,
        ImmutableArray<ContainerStart> starts
    )
    {
        var end = (report.StartedAt + report.Duration).ToUnixTimeMilliseconds() / 1000.0;
        return new PassTotals
        {
            Passes = Add(Passes, [new(report.Result.ToString().ToLowerInvariant(), 1)]),
            Triggers = Add(Triggers, triggers.Select(trigger => KeyValuePair.Create(trigger, 1L))),
            Durations = Durations.Add(report.Duration.TotalSeconds),
            ContainerDelays = starts.Aggregate(
                ContainerDelays,
                (delays, start) =>
                    delays.SetItem(
                        start.Policy,
                        delays.GetValueOrDefault(start.Policy, NoDelays).Add(start.Delay.TotalSeconds)
                    )
            ),
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
            LastSuccess = report.Result is ReconcileResult.Changed or ReconcileResult.Unchanged ? end : LastSuccess,
            LastPolicyLoad =
                report.Revision.Length == 0 ? 0
                : report.Revision == Revision ? LastPolicyLoad
                : end,
            Revision = report.Revision,
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
