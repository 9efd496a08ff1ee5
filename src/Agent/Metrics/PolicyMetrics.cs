using System.Collections.Immutable;
using NetEdit.Model;
using static NetEdit.Agent.Metrics.MetricCatalog;

namespace NetEdit.Agent.Metrics;

/// <summary>Metrics of the policies and their states.</summary>
internal static class PolicyMetrics
{
    public static readonly ImmutableArray<Metric> All =
    [
        Gauge(
            "netedit_policy_set_info",
            "Always 1; the revision of the policies in force",
            ["revision"],
            reading => reading.OfReport(report => [new(1, report.Revision)])
        ),
        Gauge(
            "netedit_policy_set_valid",
            "Whether the newest policies are valid; 0 while the last valid ones stay in force instead",
            [],
            reading => reading.OfReport(report => [Sample.Of(report.PolicyErrors.IsEmpty)])
        ),
        Gauge(
            "netedit_policies_from_disk",
            "Whether the policies in force are the ones saved on disk, because the policy directory "
                + "has had no valid policies since the agent started",
            [],
            reading => reading.OfReport(report => [Sample.Of(report.KeptSince is not null)])
        ),
        Gauge(
            "netedit_policy_state",
            "Always 1; the state of a policy and the code of its reason",
            ["policy", "state", "reason"],
            reading =>
                reading.OfReport(report =>
                    report.AuditedPolicies.Select(policy => new Sample(
                        1,
                        policy.Policy,
                        policy.State.ToString(),
                        policy.Reason.Code
                    ))
                )
        ),
        Gauge(
            "netedit_policy_feature_state",
            "Always 1; the state of a feature of a policy and the code of its first reason",
            ["policy", "feature", "state", "reason"],
            reading =>
                reading.OfReport(report =>
                    from policy in report.AuditedPolicies
                    from feature in policy.Features
                    select new Sample(1, policy.Policy, feature.Feature, feature.State.ToString(), ReasonCode(feature))
                )
        ),
    ];

    private static string ReasonCode(FeatureDecision feature) =>
        feature.Reasons.IsEmpty ? ReasonCodes.None : feature.Reasons[0].Code;
}
