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
        Gauge(
            "netedit_policy_containers",
            "Containers on the host that a policy selects, for policies that select containers",
            ["policy"],
            reading =>
                reading.OfReport(report =>
                    ContainerPolicies(report.Set).Select(policy => new Sample(policy.Scopes.Length, policy.Name))
                )
        ),
        new HistogramMetric(
            "netedit_container_tuning_delay_seconds",
            "Time from the creation of a container's cgroup to the end of the pass that tuned it, for "
                + "containers that came after the policy",
            ["policy"],
            PassTotals.ContainerDelayBounds,
            reading =>
                ContainerPolicies(reading.Snapshot.Report?.Set)
                    .Select(policy => policy.Name)
                    .Union(reading.Passes.ContainerDelays.Keys, StringComparer.Ordinal)
                    .Select(policy =>
                        reading.Passes.ContainerDelays.GetValueOrDefault(policy, PassTotals.NoDelays).Sample(policy)
                    )
        ),
    ];

    private static IEnumerable<Policy> ContainerPolicies(PolicySet? set) =>
        (set?.Policies ?? []).Where(policy => policy.Container is not null);

    private static string ReasonCode(FeatureDecision feature) =>
        feature.Reasons.IsEmpty ? ReasonCodes.None : feature.Reasons[0].Code;
}
