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
        Counter(
            "netedit_reconcile_triggers_total",
            "Causes of passes, named as in netedit status; a pass with several causes counts for each of them",
            ["trigger"],
            reading => reading.Passes.Triggers.Select(trigger => new Sample(trigger.Value, trigger.Key))
        ),
        new HistogramMetric(
            "netedit_reconcile_duration_seconds",
            "Duration of a pass",
            [],
            PassTotals.DurationBounds,
            reading => [reading.Passes.Durations.Sample()]
        ),
        Gauge(
            "netedit_reconcile_interval_seconds",
            "Time between two checks for drift, as --interval says",
            [],
            reading => [new(reading.Snapshot.Interval.TotalSeconds)]
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
        Gauge(
            "netedit_last_policy_load_timestamp_seconds",
            "When the first pass with the revision in force ended, in seconds since 1970; 0 while no policies are "
                + "in force",
            [],
            reading => [new(reading.Passes.LastPolicyLoad)]
        ),
    ];
}
