using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Finds the actions that lead from the observed to the desired state. Pure.</summary>
public static class Planner
{
    // One for each kind of kernel object. Actions are ordered by phase; what is lacking is looked for in this order.
    private static readonly ImmutableArray<KindDifference> Kinds =
    [
        new(PinPlanning.Find),
        new(SharedMapPlanning.Find),
        new(AlgorithmPlanning.Find, AlgorithmPlanning.Lack),
        new(AttachmentPlanning.Find, AttachmentPlanning.Lack),
        new(SysctlPlanning.Find, SysctlPlanning.Lack),
        new(ChainPlanning.Find, ChainPlanning.Lack),
        new(RulePlanning.Find, RulePlanning.Lack),
        new(ProfilePlanning.Find, ProfilePlanning.Lack),
        new(WalkPlanning.Find),
    ];

    /// <summary>Plans. <see cref="ActionPhase"/> says why the actions are in this order.</summary>
    /// <param name="desired">What should be.</param>
    /// <param name="observed">What is.</param>
    /// <param name="chainObjectDigest">Digest of the adapter's chain object.</param>
    /// <param name="untouched">What to leave as it is, because a change of it failed; may be null.</param>
    /// <returns>The plan; empty when the states agree.</returns>
    public static Plan Plan(
        DesiredState desired,
        ObservedState observed,
        string chainObjectDigest,
        IReadOnlySet<ChangeTarget>? untouched = null
    )
    {
        // Nothing is taken away because a probe failed.
        var stays = UndecidedPlanning
            .Kept(desired, observed)
            .Keys.Concat(untouched ?? ImmutableHashSet<ChangeTarget>.Empty)
            .ToHashSet();
        (desired, observed) = UndecidedPlanning.WithoutAlgorithms(desired, observed);
        if (stays.Count > 0)
        {
            (desired, observed) = UntouchedTargets.LeaveOut(desired, observed, stays);
        }

        var input = PlanInput.Of(desired, observed, chainObjectDigest) with { SomeStay = stays.Count > 0 };
        return new Plan(
            desired.Revision,
            [.. Kinds.SelectMany(kind => kind.Find(input)).OrderBy(action => action.Phase)]
        );
    }

    /// <summary>Finds what the kernel lacks of a feature of a policy.</summary>
    /// <param name="desired">What should be.</param>
    /// <param name="observed">What is.</param>
    /// <param name="chainObjectDigest">Digest of the adapter's chain object.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="feature">Name of the feature.</param>
    /// <returns>A sentence for a person; null when the kernel holds all of it.</returns>
    public static string? Lack(
        DesiredState desired,
        ObservedState observed,
        string chainObjectDigest,
        PolicyDecision policy,
        string feature
    )
    {
        ArgumentNullException.ThrowIfNull(policy);
        var input = new PlanInput(desired, observed, chainObjectDigest, CreatesMaps: false);
        var use = new FeatureUse(policy.Policy, feature, policy.Scopes);
        return Kinds.Select(kind => kind.Lack?.Invoke(input, use)).FirstOrDefault(lack => lack is not null);
    }

    /// <summary>
    /// Finds what the kernel would have refused had a pass tried it: congestion controls that are not registered and that no attached chain
    /// asks for. A decision without them is the one that the kernel holds.
    /// </summary>
    /// <param name="desired">What should be.</param>
    /// <param name="observed">What is.</param>
    public static IEnumerable<Rejection> Unregistered(DesiredState desired, ObservedState observed) =>
        AlgorithmPlanning.Unregistered(desired, observed);

    /// <summary>Plans the removal of all that exists, also of what still drains: sockets that run one of our algorithms keep it until they close.</summary>
    /// <param name="observed">What is.</param>
    /// <param name="chainObjectDigest">Digest of the adapter's chain object.</param>
    public static Plan Uninstall(ObservedState observed, string chainObjectDigest)
    {
        var plan = Plan(DesiredState.Empty, observed, chainObjectDigest);
        return plan with
        {
            Actions =
            [
                .. plan
                    .Actions.Where(action => action is not UnregisterAlgorithm)
                    .Concat(AlgorithmPlanning.Uninstall(observed))
                    .OrderBy(action => action.Phase),
            ],
        };
    }
}
