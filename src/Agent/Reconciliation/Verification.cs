using System.Collections.Immutable;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Reconciliation;

/// <summary>Holds decisions against what the kernel shows: nothing is called active that is not there.</summary>
internal static class Verification
{
    /// <summary>The decisions, with every feature that is not in force turned to Failed, and what somebody else changed said.</summary>
    /// <param name="decision">What was decided.</param>
    /// <param name="observed">What the kernel holds.</param>
    /// <param name="chainObjectDigest">Digest of the adapter's chain object.</param>
    /// <param name="error">The call that failed, for a person; null when none did.</param>
    public static ImmutableArray<PolicyDecision> Check(
        Decision decision,
        ObservedState observed,
        string chainObjectDigest,
        string? error
    )
    {
        decision = UndecidedFeatures.Note(decision, observed);
        var policies = ImmutableArray.CreateBuilder<PolicyDecision>(decision.Policies.Length);
        foreach (var policy in SysctlDrift.Note(decision, observed))
        {
            var features = ImmutableArray.CreateBuilder<FeatureDecision>(policy.Features.Length);
            Reason? reason = null;
            foreach (var feature in policy.Features)
            {
                if (
                    IsInForce(feature.State)
                    && Planner.Lack(decision.Desired, observed, chainObjectDigest, policy, feature.Feature)
                        is { } missing
                )
                {
                    var unchanged = UndecidedFeatures.WhyUnchanged(policy, missing, decision.Desired, observed);
                    var own = unchanged ?? Because(missing, error);
                    reason ??= own;
                    features.Add(
                        feature with
                        {
                            State = unchanged is null ? PolicyState.Failed : PolicyState.Unsupported,
                            Reasons = [own, .. feature.Reasons],
                        }
                    );
                }
                else
                {
                    features.Add(feature);
                }
            }

            policies.Add(
                reason is null
                    ? policy
                    : policy with
                    {
                        State = features.Any(feature => IsInForce(feature.State))
                            ? PolicyState.PartiallyActive
                            : features.First(feature => feature.Reasons.Contains(reason)).State,
                        Reason = reason,
                        Features = features.ToImmutable(),
                    }
            );
        }

        return policies.MoveToImmutable();
    }

    private static Reason Because(string missing, string? error) =>
        error is null
            ? new Reason(ReasonCodes.ChangedMeanwhile, missing)
            : new Reason(ReasonCodes.KernelRefused, error);

    /// <summary>Whether a feature in this state is in the kernel.</summary>
    public static bool IsInForce(PolicyState state) =>
        state is PolicyState.Active or PolicyState.Degraded or PolicyState.PartiallyActive;
}
