using System.Collections.Immutable;
using NetEdit.Adapter;
using NetEdit.Agent.Metrics;
using NetEdit.Model;

namespace NetEdit.Agent.Control;

/// <summary>What was counted of connections, by policy and feature.</summary>
/// <param name="At">When it was read.</param>
/// <param name="Milliseconds">The same on the host's monotonic clock (<see cref="Environment.TickCount64"/>).</param>
/// <param name="Features">A line for each feature of each policy in force, sorted by name.</param>
internal sealed record CountersReport(DateTimeOffset At, long Milliseconds, ImmutableArray<FeatureCounters> Features)
{
    /// <summary>Collects what is counted of the policies in force.</summary>
    /// <param name="sums">The sums.</param>
    /// <param name="desired">Says which policies and features are in force.</param>
    /// <param name="sockets">Open sockets by profile; null when they are not known.</param>
    /// <param name="time">The clock.</param>
    public static CountersReport Of(
        CounterLedger sums,
        DesiredState desired,
        IReadOnlyDictionary<ulong, long>? sockets,
        TimeProvider time
    )
    {
        var open = sockets is null ? null : sums.SocketsByOwner(sockets);
        var counted = sums.Sums.ToLookup(sum => (sum.Key.Policy, sum.Key.Feature));
        return new CountersReport(
            time.GetUtcNow(),
            Environment.TickCount64,
            [
                .. desired
                    .Profiles.SelectMany(profile => profile.Entries)
                    .Select(entry => (entry.Policy, entry.Feature))
                    .Distinct()
                    .OrderBy(owner => owner.Policy, StringComparer.Ordinal)
                    .ThenBy(owner => owner.Feature, StringComparer.Ordinal)
                    .Select(owner => new FeatureCounters(
                        owner.Policy,
                        owner.Feature,
                        Sum(counted[owner], CounterKind.Tuned),
                        Sum(counted[owner], CounterKind.Failed),
                        open?.GetValueOrDefault(owner)
                    )),
            ]
        );
    }

    private static ulong Sum(IEnumerable<KeyValuePair<TuningSeries, ulong>> sums, CounterKind kind) =>
        sums.Where(sum => sum.Key.Kind == kind).Aggregate(0UL, (total, sum) => total + sum.Value);
}

/// <summary>What was counted of a feature of a policy.</summary>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Feature">Name of the feature.</param>
/// <param name="Tuned">Connections that were given it.</param>
/// <param name="Refused">Settings that the kernel refused.</param>
/// <param name="Open">Open connections that have it, in the network namespace of the reader; null when they are not known.</param>
internal sealed record FeatureCounters(string Policy, string Feature, ulong Tuned, ulong Refused, long? Open);
