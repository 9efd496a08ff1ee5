using System.Collections.Immutable;
using NetEdit.Agent.Control;

namespace NetEdit.Agent.Cli.Top;

/// <summary>What happened to connections between two readings.</summary>
/// <param name="At">The time of the later one.</param>
/// <param name="Seconds">The time between them.</param>
/// <param name="Features">A line for each feature of each policy in force; what tunes most comes first.</param>
internal sealed record TopReport(DateTimeOffset At, double Seconds, ImmutableArray<FeatureRate> Features)
{
    /// <summary>Compares two readings.</summary>
    public static TopReport Between(CountersReport before, CountersReport now)
    {
        // A later reading of a host that is busy may follow at once.
        var seconds = Math.Max(1, now.Milliseconds - before.Milliseconds) / 1000.0;
        var known = before.Features.ToDictionary(feature => (feature.Policy, feature.Feature));
        return new TopReport(
            now.At,
            seconds,
            [
                .. now
                    .Features.Select(feature =>
                    {
                        // What is new counts from now on.
                        var last = known.GetValueOrDefault((feature.Policy, feature.Feature), feature);
                        return new FeatureRate(
                            feature.Policy,
                            feature.Feature,
                            Increase(last.Tuned, feature.Tuned) / seconds,
                            Increase(last.Refused, feature.Refused) / seconds,
                            feature.Tuned,
                            feature.Refused,
                            feature.Open
                        );
                    })
                    .OrderByDescending(rate => rate.TunedPerSecond)
                    .ThenByDescending(rate => rate.RefusedPerSecond)
                    .ThenBy(rate => rate.Policy, StringComparer.Ordinal)
                    .ThenBy(rate => rate.Feature, StringComparer.Ordinal),
            ]
        );
    }

    // Another agent counts from nought.
    private static ulong Increase(ulong before, ulong now) => now >= before ? now - before : now;
}

/// <summary>What happened to the connections that a policy gives a feature to.</summary>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Feature">Name of the feature.</param>
/// <param name="TunedPerSecond">Connections that were given the feature.</param>
/// <param name="RefusedPerSecond">Settings that the kernel refused.</param>
/// <param name="Tuned">Connections that were given it since the agent started or, without an agent, since the kernel counts.</param>
/// <param name="Refused">Settings that the kernel refused since then.</param>
/// <param name="Open">Open connections that have it, in the network namespace of the reader; null when they are not known.</param>
internal sealed record FeatureRate(
    string Policy,
    string Feature,
    double TunedPerSecond,
    double RefusedPerSecond,
    ulong Tuned,
    ulong Refused,
    long? Open
);
