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

        // Nothing refers to them, and what is made next may be pinned where they are.
        actions.AddRange(observed.Orphans.Select(orphan => new RemoveOrphan(orphan.Path, orphan.Reason)));
        if (createsMaps)
        {
            actions.Add(new CreateSharedMaps("a scope is to be tuned and the shared maps do not exist"));
        }
        else if (observed.SharedPinsMissing && !desired.Chains.IsEmpty)
        {
            actions.Add(new RestoreSharedPins("a pin of the shared maps is gone"));
        }

        actions.AddRange(AlgorithmPlanning.Register(desired, observed));
        actions.AddRange(ProfilePlanning.Write(desired, observed));
        actions.AddRange(ChangeChains(desired, observed, chainObjectDigest, createsMaps));
        actions.AddRange(ProfilePlanning.Delete(desired, observed));
        actions.AddRange(AlgorithmPlanning.Unregister(desired, observed));
        if (observed.SharedMaps && desired.Chains.IsEmpty && desired.Algorithms.IsEmpty)
        {
            actions.Add(new RemoveSharedMaps("nothing is tuned any more"));
        }

        return new Plan(desired.Revision, actions.ToImmutable());
    }

    // A policy may move between a scope and one inside it. So chains of inner scopes are attached while the outer ones still have
    // their old rules, and are detached when the outer ones have their new rules.
    private static List<PlanAction> ChangeChains(DesiredState desired, ObservedState observed, string chainObjectDigest, bool mapsAreNew)
    {
        var made = ChainPlanning.Make(desired, observed, chainObjectDigest, mapsAreNew).ToList();
        var removed = ChainPlanning.Remove(desired, observed).ToList();
        var current = observed.Rules;
        var actions = new List<PlanAction>();
        if (made.Count > 0)
        {
            Switch(current.WithChainsOf(desired.Rules), "adds the rules of new chains");
            actions.AddRange(made);
        }

        if (removed.Count > 0)
        {
            Switch(desired.Rules.WithChainsOf(current), "the new rules, and those of chains that are still attached");
            actions.AddRange(removed);
        }

        Switch(desired.Rules, made.Count + removed.Count > 0 ? "the rules for the chains as they are now" : "the rules changed");
        return actions;

        void Switch(RuleTable rules, string why)
        {
            if (!string.Equals(rules.Digest, current.Digest, StringComparison.Ordinal))
            {
                actions.Add(new SwitchRules(rules, why));
                current = rules;
            }
        }
    }
}
