using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Finds the actions that lead from the observed to the desired state. Pure.</summary>
public static class Planner
{
    // One for each kind of kernel object. What each finds is ordered by phase, so their order here does not matter.
    private static readonly ImmutableArray<Func<PlanInput, IEnumerable<PlanAction>>> Kinds =
    [
        PinPlanning.Find,
        SharedMapPlanning.Find,
        AlgorithmPlanning.Find,
        AttachmentPlanning.Find,
        SysctlPlanning.Find,
        ProfilePlanning.Find,
        RulePlanning.Find,
        ChainPlanning.Find,
        WalkPlanning.Find,
    ];

    /// <summary>Plans. <see cref="ActionPhase"/> says why the actions are in this order.</summary>
    /// <param name="desired">What should be.</param>
    /// <param name="observed">What is.</param>
    /// <param name="chainObjectDigest">Digest of the adapter's chain object.</param>
    /// <param name="untouched">What to leave as it is, because a change of it failed; may be null.</param>
    /// <returns>The plan; empty when the states agree.</returns>
    public static Plan Plan(DesiredState desired, ObservedState observed, string chainObjectDigest, IReadOnlySet<ChangeTarget>? untouched = null)
    {
        // Nothing is taken away because a probe failed.
        var stays = UndecidedPlanning.Kept(desired, observed).Keys.Concat(untouched ?? ImmutableHashSet<ChangeTarget>.Empty).ToHashSet();
        (desired, observed) = UndecidedPlanning.WithoutAlgorithms(desired, observed);
        if (stays.Count > 0)
        {
            (desired, observed) = UntouchedTargets.LeaveOut(desired, observed, stays);
        }

        var input = PlanInput.Of(desired, observed, chainObjectDigest) with { SomeStay = stays.Count > 0 };
        return new Plan(desired.Revision, [.. Kinds.SelectMany(find => find(input)).OrderBy(action => action.Phase)]);
    }

    /// <summary>Plans the removal of all that exists, also of what still drains: sockets that run one of our algorithms keep it until they close.</summary>
    /// <param name="observed">What is.</param>
    /// <param name="chainObjectDigest">Digest of the adapter's chain object.</param>
    public static Plan Uninstall(ObservedState observed, string chainObjectDigest)
    {
        var plan = Plan(DesiredState.Empty, observed, chainObjectDigest);
        return plan with
        {
            Actions = [.. plan.Actions.Where(action => action is not UnregisterAlgorithm).Concat(AlgorithmPlanning.Uninstall(observed)).OrderBy(action => action.Phase)],
        };
    }
}
