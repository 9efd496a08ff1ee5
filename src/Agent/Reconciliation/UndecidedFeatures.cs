using System.Collections.Immutable;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Reconciliation;

/// <summary>What stays in force while it is not known whether the host can give it, as decisions tell it. Pure.</summary>
internal static class UndecidedFeatures
{
    /// <summary>The decision, with features Degraded that stay as they are.</summary>
    public static Decision Note(Decision decision, ObservedState observed)
    {
        var held = decision
            .Desired.Undecided.Where(feature =>
                !feature.OpenConnectionsOnly && UndecidedPlanning.IsHeld(feature, observed)
            )
            .ToDictionary(feature => (feature.Policy, feature.Feature));
        return held.Count == 0
            ? decision
            : decision with
            {
                Policies = [.. decision.Policies.Select(policy => Note(policy, held))],
            };
    }

    /// <summary>Why a policy is not in force as written, when that is because something in its cgroups stays as it is; else null.</summary>
    public static Reason? WhyUnchanged(
        PolicyDecision policy,
        string missing,
        DesiredState desired,
        ObservedState observed
    )
    {
        var kept = UndecidedPlanning.Kept(desired, observed);
        foreach (var scope in policy.Scopes)
        {
            if (kept.TryGetValue(new ScopeTarget(scope), out var feature))
            {
                return new Reason(
                    ReasonCodes.CapabilityUnknown,
                    $"{missing}: {scope} stays as it is because of {feature.Feature}, which {feature.Why}"
                );
            }
        }

        return null;
    }

    private static PolicyDecision Note(
        PolicyDecision policy,
        Dictionary<(string Policy, string Feature), UndecidedFeature> held
    )
    {
        ImmutableArray<FeatureDecision> features =
        [
            .. policy.Features.Select(feature =>
                held.TryGetValue((policy.Policy, feature.Feature), out var undecided)
                    ? feature with
                    {
                        State = PolicyState.Degraded,
                        Reasons =
                        [
                            new Reason(
                                ReasonCodes.CapabilityUnknown,
                                $"what is in force of it stays as it is: {undecided.Why}"
                            ),
                            .. feature.Reasons,
                        ],
                    }
                    : feature
            ),
        ];
        var first = features.FirstOrDefault(feature => held.ContainsKey((policy.Policy, feature.Feature)));
        return first is null
            ? policy
            : policy with
            {
                State = features.All(feature => Verification.IsInForce(feature.State))
                    ? PolicyState.Degraded
                    : PolicyState.PartiallyActive,
                Reason = first.Reasons[0] with { Text = $"{first.Feature}: {first.Reasons[0].Text}" },
                Features = features,
            };
    }
}
