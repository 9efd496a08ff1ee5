using System.Collections.Immutable;
using NetEdit.State;

namespace NetEdit.PolicyEngine;

/// <summary>Finds the actions that lead from what is to what should be. Pure.</summary>
public static class Planner
{
    /// <summary>
    /// Plans. The order of the actions leaves no moment with less tuning than both states promise: what is new is made before
    /// anything refers to it, rules of old and new chains stand side by side while chains change, and what is old goes last.
    /// </summary>
    /// <param name="desired">What should be.</param>
    /// <param name="observed">What is.</param>
    /// <param name="chainObjectDigest">Digest of the adapter's chain object.</param>
    /// <returns>The plan; empty when the states agree.</returns>
    public static Plan Plan(DesiredState desired, ObservedState observed, string chainObjectDigest)
    {
        var createsMaps = !observed.SharedMaps && !desired.Chains.IsEmpty;
        if (!observed.SharedMaps)
        {
            // Without the maps nothing of what they held is left.
            observed = observed with { Rules = RuleTable.Empty, Profiles = ObservedState.Empty.Profiles };
        }

        var actions = ImmutableArray.CreateBuilder<PlanAction>();
        if (createsMaps)
        {
            actions.Add(new CreateSharedMaps("a scope is to be tuned and the shared maps do not exist"));
        }

        actions.AddRange(AlgorithmPlanning.Register(desired, observed));
        actions.AddRange(ProfilePlanning.Write(desired, observed));
        var chains = ChainPlanning.Change(desired, observed, chainObjectDigest, createsMaps).ToList();
        var rulesMeanwhile = chains.Count > 0 ? desired.Rules.WithChainsOf(observed.Rules) : desired.Rules;
        actions.AddRange(Switch(rulesMeanwhile, observed.Rules, chains.Count > 0 ? "rules of the old and the new chains, while chains change" : "the rules changed"));
        actions.AddRange(chains);
        actions.AddRange(Switch(desired.Rules, rulesMeanwhile, "no chain uses the old rules any more"));
        actions.AddRange(ProfilePlanning.Delete(desired, observed));
        actions.AddRange(AlgorithmPlanning.Unregister(desired, observed));
        actions.AddRange(observed.Orphans.Select(orphan => new RemoveOrphan(orphan.Path, orphan.Reason)));
        if (observed.SharedMaps && desired.Chains.IsEmpty && desired.Algorithms.IsEmpty)
        {
            actions.Add(new RemoveSharedMaps("nothing is tuned any more"));
        }

        return new Plan(desired.Revision, actions.ToImmutable());
    }

    private static IEnumerable<PlanAction> Switch(RuleTable rules, RuleTable current, string why) =>
        string.Equals(rules.Digest, current.Digest, StringComparison.Ordinal) ? [] : [new SwitchRules(rules, why)];
}
