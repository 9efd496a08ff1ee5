using System.Collections.Immutable;
using NetEdit.Agent.Auditing;
using NetEdit.Agent.Reconciliation;
using static NetEdit.Agent.Metrics.MetricCatalog;

namespace NetEdit.Agent.Metrics;

/// <summary>Metrics of the last audit.</summary>
internal static class AuditMetrics
{
    public static readonly ImmutableArray<Metric> All =
    [
        Gauge(
            "netedit_audit_connections",
            "Connections of the last audit's sample that a feature was given to, by what they have of what was "
            + "promised: kept, otherwise or not-told",
            ["policy", "feature", "result"],
            reading => reading.OfReport(report => Lines(report).SelectMany(line => new Sample[]
            {
                new(line.Kept, line.Policy, line.Feature, "kept"),
                new(line.Otherwise, line.Policy, line.Feature, "otherwise"),
                new(line.NotTold, line.Policy, line.Feature, "not-told"),
            }))),
        Gauge(
            "netedit_audit_failed",
            "Whether the last audit found that a feature's programs do not run, or that what they set did not stick",
            ["policy", "feature"],
            reading => reading.OfReport(report => Lines(report).Select(line =>
                Sample.Of(line.Verdict == AuditVerdict.AuditFailed, line.Policy, line.Feature)))),
        Gauge(
            "netedit_audit_last_time_seconds",
            "When the last audit was made, in seconds since 1970; 0 before the first",
            [],
            reading => reading.OfReport(report => [new((report.Audit?.At.ToUnixTimeMilliseconds() ?? 0) / 1000.0)])),
    ];

    /// <summary>Lists the lines of what is in force still.</summary>
    private static IEnumerable<AuditLine> Lines(ReconcileReport report) => (report.Audit?.Lines ?? []).IntersectBy(
        report.Policies.SelectMany(policy => policy.Features, (policy, feature) => (policy.Policy, feature.Feature)),
        line => (line.Policy, line.Feature));
}
