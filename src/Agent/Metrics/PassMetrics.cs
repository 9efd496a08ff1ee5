using System.Collections.Immutable;
using static NetEdit.Agent.Metrics.MetricCatalog;

namespace NetEdit.Agent.Metrics;

/// <summary>Metrics of passes.</summary>
internal static class PassMetrics
{
    public static readonly ImmutableArray<Metric> All =
    [
        Counter(
            "netedit_reconciles_total",
            "Passes by result: unchanged, changed, invalid or failed",
            ["result"],
            reading => reading.Passes.Passes.Select(result => new Sample(result.Value, result.Key))
        ),
        new HistogramMetric(
            "netedit_reconcile_duration_seconds",
            "Duration of a pass",
            [],
            PassTotals.DurationBounds,
            reading => [new(Durations(reading.Passes), reading.Passes.Seconds)]
        ),
        Gauge(
            "netedit_converged",
            "Whether the kernel held everything that the policies ask for when it was last observed",
            [],
            reading => reading.OfReport(report => [Sample.Of(report.Converged)])
        ),
        Gauge(
            "netedit_last_success_timestamp_seconds",
            "When the last pass with result unchanged or changed ended, in seconds since 1970; 0 before the first",
            [],
            reading => [new(reading.Passes.LastSuccess)]
        ),
    ];

    private static Bucket[] Durations(PassTotals passes) =>
        [
            .. passes.Durations.Select(
                (count, bucket) =>
                    new Bucket(
                        bucket == 0 ? 0 : PassTotals.DurationBounds[bucket - 1],
                        bucket == PassTotals.DurationBounds.Length
                            ? double.PositiveInfinity
                            : PassTotals.DurationBounds[bucket],
                        count
                    )
            ),
        ];
}
