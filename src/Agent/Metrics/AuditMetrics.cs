using System.Collections.Immutable;
using NetEdit.Agent.Auditing;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;
using static NetEdit.Agent.Metrics.MetricCatalog;

namespace NetEdit.Agent.Metrics;

/// <summary>Metrics of the last audit.</summary>
internal static class AuditMetrics
{
    public static readonly ImmutableArray<Metric> All =
    [
        Gauge(
            "netedit_audit_connections",
            "Connections in the last audit's sample that a feature was given to, by result: confirmed, "
                + "contradicted or inconclusive",
            ["policy", "feature", "result"],
            reading =>
                reading.OfReport(report =>
                    Lines(report)
                        .SelectMany(line =>
                            new Sample[]
                            {
                                new(line.Confirmed, line.Policy, line.Feature, "confirmed"),
                                new(line.Contradicted, line.Policy, line.Feature, "contradicted"),
                                new(line.Inconclusive, line.Policy, line.Feature, "inconclusive"),
                            }
                        )
                )
        ),
        Gauge(
            "netedit_audit_result",
            "Always 1; whether the last audit found a feature confirmed, contradicted or inconclusive; "
                + "the reason is a code of docs/audit.md when inconclusive, else none",
            ["policy", "feature", "result", "reason"],
            reading =>
                reading.OfReport(report =>
                    Lines(report)
                        .Select(line => new Sample(
                            1,
                            line.Policy,
                            line.Feature,
                            line.Verdict.ToString().ToLowerInvariant(),
                            line.Why?.Code ?? ReasonCodes.None
                        ))
                )
        ),
        Gauge(
            "netedit_audit_failed",
            "Whether the last audit found a feature contradicted: its programs do not run, the kernel "
                + "refuses its settings, or a setting did not last",
            ["policy", "feature"],
            reading =>
                reading.OfReport(report =>
                    Lines(report)
                        .Select(line => Sample.Of(line.Verdict == AuditVerdict.Contradicted, line.Policy, line.Feature))
                )
        ),
        Gauge(
            "netedit_last_audit_timestamp_seconds",
            "When the last audit was made, in seconds since 1970; 0 before the first",
            [],
            reading => reading.OfReport(report => [new((report.Audit?.At.ToUnixTimeMilliseconds() ?? 0) / 1000.0)])
        ),
    ];

    /// <summary>Lists the lines of what policies still ask for.</summary>
    private static IEnumerable<AuditLine> Lines(ReconcileReport report) =>
        (report.Audit?.Lines ?? []).IntersectBy(
            report.Policies.SelectMany(
                policy => policy.Features,
                (policy, feature) => (policy.Policy, feature.Feature)
            ),
            line => (line.Policy, line.Feature)
        );
}
