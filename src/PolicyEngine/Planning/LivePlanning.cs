using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>
/// Plans for connections that are open already. Planned after the chains and rules are as they should be: what is released is
/// not set again, and no socket loses what both states give. A walk that a crash cut short shows in what was walked, and is
/// planned again.
/// </summary>
internal static class LivePlanning
{
    /// <summary>Releases what chains that go or change have set, then tunes; inner scopes first, whose sockets fall to outer ones.</summary>
    /// <returns>The actions, and whether tuning waits for the end of a pause.</returns>
    public static (ImmutableArray<PlanAction> Actions, bool TuningWaits) Walk(DesiredState desired, ObservedState observed)
    {
        // What holds other maps knows none of the new rules; the new program takes over what it finds set.
        var chains = desired.Chains.ToDictionary(chain => chain.Scope, StringComparer.Ordinal);
        var replaced = observed.Live.Where(program => !program.UsesSharedMaps && chains.GetValueOrDefault(program.Scope) is { } chain && LiveDigest.OfProgram(chain).Length > 0).ToList();
        var going = observed.Live.Except(replaced).Where(program => !IsOf(program, chains.GetValueOrDefault(program.Scope))).OrderByDescending(program => CgroupPath.Depth(program.Scope)).ToList();
        var successors = going.Select(program => CgroupPath.SelfAndAncestors(program.Scope).Select(scope => chains.GetValueOrDefault(scope)).FirstOrDefault(chain => chain is not null)).ToList();
        var releases = going.Zip(successors, (program, successor) => (Action: new ReleaseSockets(program.Scope, successor, Why(program, successor)), Last: IsTakenOver(program, successor))).ToLookup(release => release.Last, release => release.Action);

        var staying = observed.Live.Except(going).Except(replaced).ToDictionary(program => program.Scope, StringComparer.Ordinal);
        var receiving = successors.OfType<DesiredChain>().Select(chain => chain.Scope).ToHashSet(StringComparer.Ordinal);
        var tunes = desired.Chains
            .Where(chain => LiveDigest.OfProgram(chain).Length > 0)
            .OrderByDescending(chain => CgroupPath.Depth(chain.Scope))
            .Select(chain => (Chain: chain, Walk: LiveDigest.OfWalk(desired, chain), Program: staying.GetValueOrDefault(chain.Scope)))
            .Where(tune => tune.Program?.Walked != tune.Walk || receiving.Contains(tune.Chain.Scope))
            .Select(tune => new TuneSockets(tune.Chain, tune.Walk, Why(tune.Program, tune.Walk)))
            .ToList();

        // What is removed must go, paused or not; tuning waits.
        var paused = desired.Pauses.Contains(PauseTarget.Everything);
        return ([.. releases[false], .. paused ? [] : tunes, .. releases[true]], paused && tunes.Count > 0);
    }

    // A program with other maps would also take away what its successor gives, for it does not know the new rules. What the successor
    // has taken over it leaves alone.
    private static bool IsTakenOver(ObservedLive program, DesiredChain? successor) =>
        !program.UsesSharedMaps && successor is not null && program.Features.All(feature => successor.Stages.Any(stage => string.Equals(stage.Feature, feature, StringComparison.Ordinal)));

    private static string Why(ObservedLive program, DesiredChain? successor) =>
        successor is null ? $"nothing tunes {program.Scope} any more"
        : successor.Scope == program.Scope ? "their chain changed"
        : $"the chain of {successor.Scope} handles them from now on";

    private static string Why(ObservedLive? program, WalkedState walk) =>
        program is null ? "they may have been opened before their chain was attached"
        : program.Walked == WalkedState.None ? "no walk over them was completed"
        : program.Walked == walk ? "those of a scope inside are taken over"
        : program.Walked.Rules == walk.Rules ? "a value changed"
        : "the rules changed";

    private static bool IsOf(ObservedLive program, DesiredChain? chain) =>
        chain is not null && chain.Key == program.Key && string.Equals(LiveDigest.OfProgram(chain), program.Digest, StringComparison.Ordinal);
}
