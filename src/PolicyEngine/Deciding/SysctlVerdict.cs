using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Judges the sysctls of a feature. Pure.</summary>
internal static class SysctlVerdict
{
    /// <summary>Finds what keeps them from being in force as their policy asks for; null when nothing does.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="sysctls">The feature's sysctls.</param>
    /// <param name="hasPrograms">Whether the feature has programs, too, and is in force by those.</param>
    public static Loss? Find(Policy policy, PolicySysctls sysctls, bool hasPrograms)
    {
        if (!policy.IsUnconditional)
        {
            return new Loss(
                hasPrograms ? PolicyState.PartiallyActive : PolicyState.Unsupported,
                ReasonCodes.NotDivisible,
                $"its sysctls hold for the whole network namespace: they are not set for {Loss.Condition(policy)}"
            );
        }

        if (sysctls.IsBounded)
        {
            return new Loss(
                hasPrograms ? PolicyState.PartiallyActive : PolicyState.Unsupported,
                ReasonCodes.WholeNamespace,
                "its sysctls would hold for the whole network namespace, and the policy is for a cgroup: "
                    + "give them in a policy without spec.scope"
            );
        }

        if (sysctls.Missing.Length == sysctls.Settings.Length)
        {
            return new Loss(
                hasPrograms ? PolicyState.PartiallyActive : PolicyState.Unsupported,
                ReasonCodes.SysctlMissing,
                sysctls.Lack
            );
        }

        if (!sysctls.ContestResult.Wins)
        {
            var lost = sysctls.ContestResult.Contests.First();
            return new Loss(
                hasPrograms ? PolicyState.PartiallyActive : PolicyState.Conflict,
                ReasonCodes.Shadowed,
                $"policy '{lost.Winner}' wins wherever it would apply ({lost.Rule})"
            );
        }

        if (!sysctls.Missing.IsEmpty)
        {
            return new Loss(PolicyState.Degraded, ReasonCodes.SysctlMissing, $"{sysctls.Lack}; the others are set");
        }

        return policy.Connections.IsEmpty || hasPrograms
            ? null
            : new Loss(
                PolicyState.Degraded,
                ReasonCodes.ActsOnAllConnections,
                "its sysctls hold for the whole network namespace, whatever spec.connections says"
            );
    }
}
