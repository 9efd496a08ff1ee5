using System.Collections.Immutable;
using NetEdit.Model;

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
    /// <param name="untouched">Scopes, texts of <see cref="AttachmentKey"/> and <see cref="SysctlKey"/>, and groups of sysctls (<see cref="DesiredSysctl.Group"/>), to leave as they are, because a change of theirs failed; may be null.</param>
    /// <returns>The plan; empty when the states agree.</returns>
    public static Plan Plan(DesiredState desired, ObservedState observed, string chainObjectDigest, IReadOnlySet<string>? untouched = null)
    {
        // Nothing is taken away because a probe failed.
        var kept = UndecidedPlanning.Kept(desired, observed);
        var stays = (untouched ?? ImmutableHashSet<string>.Empty).Concat(kept.Keys).ToHashSet(StringComparer.Ordinal);
        (desired, observed) = UndecidedPlanning.WithoutAlgorithms(desired, observed);
        if (stays.Count > 0)
        {
            (desired, observed) = UntouchedScopes.LeaveOut(desired, observed, stays);
        }

        var createsMaps = !observed.SharedMaps && !desired.Chains.IsEmpty;
        if (!observed.SharedMaps)
        {
            // Without the maps nothing of what they held is left.
            observed = observed with { Rules = RuleTable.Empty, Profiles = ObservedState.Empty.Profiles };
        }

        var actions = ImmutableArray.CreateBuilder<PlanAction>();

        // Nothing refers to them, and what is made next may be pinned where they are.
        actions.AddRange(observed.Orphans.Select(orphan => new RemoveOrphan(orphan.Path, orphan.Reason)));
        actions.AddRange(observed.Misplaced.Select(pin => new MovePin(pin.From, pin.To, "another version of netedit put it there")));
        actions.AddRange(MapPlanning.Make(desired, observed, createsMaps));
        actions.AddRange(AlgorithmPlanning.Register(desired, observed));
        actions.AddRange(AttachmentPlanning.Make(desired, observed));
        actions.AddRange(SysctlPlanning.Set(desired, observed));
        actions.AddRange(ProfilePlanning.Add(desired, observed));
        actions.AddRange(ChangeChains(desired, observed, chainObjectDigest, createsMaps));
        var walks = LivePlanning.Walk(desired, observed);
        actions.AddRange(walks.Actions);
        if (!walks.TuningWaits)
        {
            // Until then sockets refer to old profiles: what was set on them is undone by those.
            actions.AddRange(ProfilePlanning.Delete(desired, observed));
        }

        actions.AddRange(SysctlPlanning.Restore(desired, observed));
        actions.AddRange(AttachmentPlanning.Remove(desired, observed));
        actions.AddRange(AlgorithmPlanning.Unregister(desired, observed));
        actions.AddRange(MapPlanning.Remove(desired, observed, stays.Count > 0));
        return new Plan(desired.Revision, actions.ToImmutable());
    }

    /// <summary>Plans the removal of all that is there, also of what still drains: sockets that run one of our algorithms keep it until they close.</summary>
    /// <param name="observed">What is.</param>
    /// <param name="chainObjectDigest">Digest of the adapter's chain object.</param>
    public static Plan Uninstall(ObservedState observed, string chainObjectDigest)
    {
        var plan = Plan(DesiredState.Empty, observed, chainObjectDigest);
        var draining = observed.Algorithms.Where(algorithm => !algorithm.Registered).Select(algorithm => algorithm.Algorithm).Distinct(StringComparer.Ordinal);
        return plan with
        {
            Actions =
            [
                .. plan.Actions.Select(action => action is UnregisterAlgorithm unregister ? unregister with { Drain = false, Why = "nothing is to be left" } : action),
                .. draining.Where(name => !plan.Actions.OfType<UnregisterAlgorithm>().Any(action => string.Equals(action.Algorithm, name, StringComparison.Ordinal)))
                    .Select(name => new UnregisterAlgorithm(name, Drain: false, "nothing is to be left; the kernel frees it with its last socket")),
            ],
        };
    }

    // A policy may move between a scope and one inside it. So chains of inner scopes are attached while the outer ones still have
    // their old rules, and those that go lose their rules in the moment in which the outer ones get their new ones: an outer chain
    // takes over what a chain without rules has claimed.
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

        // What an inner scope takes over, or gives back, it has while the value around it changes.
        actions.AddRange(ProfilePlanning.Change(desired, observed));
        if (observed.SharedMaps || mapsAreNew)
        {
            Switch(desired.Rules, made.Count > 0 ? "the rules for the chains as they are now" : "the rules changed");
        }

        actions.AddRange(removed);
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
