using System.Collections.Immutable;
using NetEdit.Adapter;
using static NetEdit.Agent.Metrics.MetricCatalog;

namespace NetEdit.Agent.Metrics;

/// <summary>Metrics of connections: what they were given, and what they were like.</summary>
internal static class ConnectionMetrics
{
    public static readonly ImmutableArray<Metric> All =
    [
        Counter(
            "netedit_connections_tuned_total",
            "Settings made on connections",
            ["policy", "feature"],
            reading =>
                Settings(reading, CounterKind.Tuned)
                    .Select(sum => new Sample(sum.Value, sum.Key.Policy, sum.Key.Feature))
        ),
        Counter(
            "netedit_connections_observed_total",
            "Connections that a policy in mode observe would have given a feature to",
            ["policy", "feature"],
            reading =>
                reading.OfUsage(_ =>
                    reading.Connections.Observed.Select(sum => new Sample(sum.Value, sum.Key.Policy, sum.Key.Feature))
                )
        ),
        Counter(
            "netedit_arm_connections_total",
            "Connections that match a policy with a share; arm is on for the connections it applies "
                + "to, and off for the others",
            ["policy", "arm"],
            reading =>
                reading.OfUsage(_ =>
                    reading.Connections.Arms.Select(sum => new Sample(sum.Value, sum.Key.Policy, sum.Key.Arm))
                )
        ),
        Measured(
            "netedit_connection_round_trip_seconds",
            "Smoothed round-trip time of connections when they closed, for policies with measure: true",
            Measure.RoundTrip
        ),
        Measured(
            "netedit_connection_delivery_rate_bytes_per_second",
            "Delivery rate of connections, as the kernel last sampled it before they closed, for "
                + "policies with measure: true",
            Measure.DeliveryRate
        ),
        Measured(
            "netedit_connection_retransmitted_ratio",
            "Share of the data segments of a connection that were retransmitted, for policies with measure: true",
            Measure.Retransmitted
        ),
        Measured(
            "netedit_connection_duration_seconds",
            "Time from the establishment of a connection to its end, for policies with measure: true",
            Measure.Duration
        ),
        Gauge(
            "netedit_live_sockets",
            "Open sockets in the agent's network namespace that a policy has given a feature to; "
                + "absent where the kernel cannot walk sockets",
            ["policy", "feature"],
            reading =>
                reading.Snapshot.Usage?.LiveSockets is not { } sockets
                    ? []
                    : reading
                        .Settings.SocketsByOwner(sockets)
                        .Select(owner => new Sample(owner.Value, owner.Key.Policy, owner.Key.Feature))
        ),
        Counter(
            "netedit_escaped_connections_total",
            "Connections that were already open in a cgroup when its chain was attached, although a "
                + "policy for it was in force before the cgroup existed (as after a service restart); "
                + "connections closed by then are not counted; scope is written as in the policy",
            ["scope"],
            reading =>
                reading.OfReport(report =>
                    report.Escaped.Select(escaped => new Sample(escaped.Connections, escaped.Scope))
                )
        ),
        Counter(
            "netedit_walked_sockets_total",
            "Open connections visited after a change, by result: changed, unchanged, skipped or failed",
            ["result"],
            reading => reading.Passes.WalkedSockets.Select(result => new Sample(result.Value, result.Key))
        ),
        Counter(
            "netedit_walked_settings_total",
            "Open connections that a feature was given to (tuned) or taken back from (released)",
            ["feature", "action"],
            reading =>
                reading
                    .Passes.Tuned.Select(feature => new Sample(feature.Value, feature.Key, "tuned"))
                    .Concat(
                        reading.Passes.Released.Select(feature => new Sample(feature.Value, feature.Key, "released"))
                    )
        ),
        Counter(
            "netedit_tuning_failures_total",
            "Settings the kernel refused on connections",
            ["policy", "feature", "errno"],
            reading =>
                Settings(reading, CounterKind.Failed)
                    .Select(sum => new Sample(sum.Value, sum.Key.Policy, sum.Key.Feature, sum.Key.Errno))
        ),
        Counter(
            "netedit_chain_conflicts_total",
            "Answers withheld because another stage or a narrower scope had already answered",
            ["policy", "feature"],
            reading =>
                Settings(reading, CounterKind.Conflict)
                    .Select(sum => new Sample(sum.Value, sum.Key.Policy, sum.Key.Feature))
        ),
    ];

    private static IEnumerable<KeyValuePair<TuningSeries, ulong>> Settings(Reading reading, CounterKind kind) =>
        reading.OfUsage(_ => reading.Settings.Sums.Where(sum => sum.Key.Kind == kind));

    private static HistogramMetric Measured(string name, string help, Measure measure) =>
        new(
            name,
            help,
            ["policy", "arm"],
            MeasureBounds.Of(measure),
            reading =>
                reading.OfUsage(_ =>
                    reading.Connections.Measures.Select(series =>
                        MeasureBounds.Sample(
                            measure,
                            series.Value.Values[(int)measure],
                            series.Key.Policy,
                            series.Key.Arm
                        )
                    )
                )
        );
}
