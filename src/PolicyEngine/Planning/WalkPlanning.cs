using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>
/// Plans for connections that are open already. Planned after the chains and rules are as they should be: what is released is
/// not set again, and no socket loses what both states give. A walk that a crash cut short shows in what was walked, and is
/// planned again.
/// </summary>
internal static class WalkPlanning
{
    /// <summary>Releases what chains that are removed or changed have set, then tunes; inner scopes first, whose sockets fall to outer ones.</summary>
    public static IEnumerable<PlanAction> Find(PlanInput input)
    {
        var planned = new PlannedWalks(input);
        var releases = planned
            .Going.Zip(
                planned.Successors,
                (program, successor) =>
                    (
                        Action: new ReleaseSockets(program.Scope, successor, Why(program, successor)),
                        Last: IsTakenOver(program, successor)
                    )
            )
            .ToLookup(release => release.Last, release => release.Action);

        // What is removed must go, paused or not; tuning waits.
        return [.. releases[false], .. input.IsPaused ? [] : planned.Tunes, .. releases[true]];
    }

    /// <summary>Whether tuning waits for the end of a pause.</summary>
    public static bool TuningWaits(PlanInput input) => input.IsPaused && new PlannedWalks(input).Tunes.Any();

    private sealed class PlannedWalks
    {
        private readonly PlanInput _input;
        private readonly List<ObservedLive> _replaced;

        public PlannedWalks(PlanInput input)
        {
            _input = input;

            // What holds other maps knows none of the new rules; the new program takes over what it finds set.
            var chains = input.Desired.Chains.ToDictionary(chain => chain.Scope, StringComparer.Ordinal);
            var live = input.Observed.Live;
            _replaced =
            [
                .. live.Where(program =>
                    !program.UsesSharedMaps
                    && chains.GetValueOrDefault(program.Scope) is { } chain
                    && LiveDigest.OfProgram(chain).Length > 0
                ),
            ];
            Going =
            [
                .. live.Except(_replaced)
                    .Where(program => !IsOf(program, chains.GetValueOrDefault(program.Scope)))
                    .OrderByDescending(program => CgroupPath.Depth(program.Scope)),
            ];
            Successors =
            [
                .. Going.Select(program =>
                    CgroupPath
                        .SelfAndAncestors(program.Scope)
                        .Select(scope => chains.GetValueOrDefault(scope))
                        .FirstOrDefault(chain => chain is not null)
                ),
            ];
        }

        /// <summary>Live programs that are removed, those of inner scopes first.</summary>
        public List<ObservedLive> Going { get; }

        /// <summary>For each of them, the chain whose rules hold from then on; null when none does.</summary>
        public List<DesiredChain?> Successors { get; }

        public IEnumerable<TuneSockets> Tunes
        {
            get
            {
                var staying = _input
                    .Observed.Live.Except(Going)
                    .Except(_replaced)
                    .ToDictionary(program => program.Scope, StringComparer.Ordinal);
                var receiving = Successors
                    .OfType<DesiredChain>()
                    .Select(chain => chain.Scope)
                    .ToHashSet(StringComparer.Ordinal);
                return _input
                    .Desired.Chains.Where(chain => LiveDigest.OfProgram(chain).Length > 0)
                    .OrderByDescending(chain => CgroupPath.Depth(chain.Scope))
                    .Select(chain =>
                        (
                            Chain: chain,
                            Walk: LiveDigest.OfWalk(_input.Desired, chain),
                            Program: staying.GetValueOrDefault(chain.Scope)
                        )
                    )
                    .Where(tune => tune.Program?.Walked != tune.Walk || receiving.Contains(tune.Chain.Scope))
                    .Select(tune => new TuneSockets(tune.Chain, tune.Walk, Why(tune.Program, tune.Walk)));
            }
        }
    }

    // A program with other maps would also take away what its successor gives, for it does not know the new rules. What the successor
    // has taken over it leaves alone.
    private static bool IsTakenOver(ObservedLive program, DesiredChain? successor) =>
        !program.UsesSharedMaps
        && successor is not null
        && program.Features.All(feature =>
            successor.Stages.Any(stage => string.Equals(stage.Feature, feature, StringComparison.Ordinal))
        );

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
        chain is not null
        && chain.Key == program.Key
        && string.Equals(LiveDigest.OfProgram(chain), program.Digest, StringComparison.Ordinal);
}
