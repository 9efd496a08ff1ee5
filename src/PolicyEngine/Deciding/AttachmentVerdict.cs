using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Judges the standalone programs of a feature. Pure.</summary>
internal static class AttachmentVerdict
{
    /// <summary>Finds what keeps them from being in force wherever their policy asks for them; null when nothing does.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="attached">The feature's programs.</param>
    /// <param name="hasStage">Whether the feature has a stage, too, and is in force by that.</param>
    public static Loss? Find(Policy policy, AttachedFeature attached, bool hasStage)
    {
        if (!policy.IsUnconditional)
        {
            return new Loss(
                hasStage ? PolicyState.PartiallyActive : PolicyState.Unsupported,
                ReasonCodes.NotDivisible,
                $"its programs run for all of the scope: they are not attached for {Loss.Condition(policy)}"
            );
        }

        if (!attached.HasTargets)
        {
            return new Loss(
                hasStage ? PolicyState.PartiallyActive : PolicyState.Waiting,
                ReasonCodes.ScopeAbsent,
                policy.Interfaces.IsEmpty
                    ? "it runs at interfaces, and spec.scope.interfaces names none"
                    : $"no interface is named {string.Join(" or ", policy.Interfaces)}"
            );
        }

        if (hasStage)
        {
            return null;
        }

        if (!attached.ContestResult.Wins)
        {
            var lost = attached.ContestResult.Contests.First();
            return new Loss(
                PolicyState.Conflict,
                ReasonCodes.Shadowed,
                $"policy '{lost.Winner}' wins wherever it would apply ({lost.Rule})"
            );
        }

        return policy.Connections.IsEmpty
            ? null
            : new Loss(
                PolicyState.Degraded,
                ReasonCodes.ActsOnAllConnections,
                "its programs do not tell connections apart: it is in force for all of the scope, "
                    + "whatever spec.connections says"
            );
    }
}
