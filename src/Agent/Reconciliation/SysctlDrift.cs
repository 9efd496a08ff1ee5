using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.Agent.Reconciliation;

/// <summary>What somebody else did to sysctls that policies set: it stays, and is said. Pure.</summary>
internal static class SysctlDrift
{
    public const string IsSet = "set";
    public const string IsPaused = "paused";
    public const string IsForeign = ReasonCodes.ChangedByOthers;

    /// <summary>How a sysctl fares: <c>set</c>, <c>paused</c>, <c>changed-by-others</c>, <c>interrupted</c> (the next pass goes on) or <c>gone</c>.</summary>
    public static string StateOf(ObservedSysctl sysctl) =>
        sysctl.Current is null ? "gone"
        : sysctl.IsForeign ? IsForeign
        : !sysctl.IsSettled ? "interrupted"
        : sysctl.Paused ? IsPaused
        : IsSet;

    /// <summary>The decisions, with features Degraded whose sysctls are somebody else's.</summary>
    public static ImmutableArray<PolicyDecision> Note(Decision decision, ObservedState observed)
    {
        var foreign = observed.Sysctls.Where(sysctl => sysctl.IsForeign).ToDictionary(sysctl => sysctl.Key);
        return foreign.Count == 0
            ? decision.Policies
            : [.. decision.Policies.Select(policy => Note(policy, decision.Desired, foreign))];
    }

    private static PolicyDecision Note(
        PolicyDecision policy,
        DesiredState desired,
        Dictionary<SysctlKey, ObservedSysctl> foreign
    )
    {
        ImmutableArray<FeatureDecision> features =
        [
            .. policy.Features.Select(feature => Note(policy, feature, desired, foreign)),
        ];
        return policy with
        {
            State =
                policy.State == PolicyState.Active && features.Any(feature => feature.State == PolicyState.Degraded)
                    ? PolicyState.Degraded
                    : policy.State,
            Reason =
                policy.State == PolicyState.Active
                && features.FirstOrDefault(feature => feature.State == PolicyState.Degraded) is { } noted
                    ? noted.Reasons[0] with
                    {
                        Text = $"{noted.Feature}: {noted.Reasons[0].Text}",
                    }
                    : policy.Reason,
            Features = features,
        };
    }

    private static FeatureDecision Note(
        PolicyDecision policy,
        FeatureDecision feature,
        DesiredState desired,
        Dictionary<SysctlKey, ObservedSysctl> foreign
    )
    {
        ImmutableArray<Reason> reasons =
        [
            .. from sysctl in desired.Sysctls
            where sysctl.Feature == feature.Feature && sysctl.Policy == policy.Policy
            let there = foreign.GetValueOrDefault(sysctl.Key)
            where there is not null && there.Value == sysctl.Value
            select new Reason(
                ReasonCodes.ChangedByOthers,
                $"{sysctl.Key.Name} is {there.Current}, set by somebody else, and stays so; the policy wants "
                    + $"{sysctl.Value}, and {there.Original} was there before: set it to one of them, or: netedit "
                    + $"retry {feature.Feature}"
            ),
        ];
        return reasons.IsEmpty
            ? feature
            : feature with
            {
                State = feature.State == PolicyState.Active ? PolicyState.Degraded : feature.State,
                Reasons = [.. reasons, .. feature.Reasons],
            };
    }
}
