using System.Collections.Immutable;
using NetEdit.Adapter.Hookpoints;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Objects;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>Brings open connections in line with the rules, and reads which walks were completed. Scopes that share a program are walked at once.</summary>
internal sealed class WalkKind(
    LedgerDirectory ledger,
    AdapterObjects objects,
    Func<CapabilityReport> capabilities,
    SharedMapKind maps,
    SharedPrograms shared
) : IKernelKind
{
    private static readonly IterTcpHookpoint IterTcp = new();

    private readonly List<LiveWalkResult> _walks = [];

    /// <inheritdoc/>
    public void Handle(ActionHandlers handlers)
    {
        handlers.OnBatch<TuneSockets>(Tune);
        handlers.OnBatch<ReleaseSockets>(Release);
    }

    /// <inheritdoc/>
    public void Observe(Observation observation)
    {
        var found = new List<ObservedLive>();
        var programs = new List<(ChainRecord, uint)>();
        var stateMap = observation.Maps?.StateId ?? 0;
        foreach (var pins in ledger.LivePins().ToLookup(LiveProgram.ProgramOf))
        {
            using var program = pins.Key is { } id ? LiveProgram.TryOpen(id) : null;
            if (program is not null)
            {
                programs.Add((program.Record, program.Id));
            }

            var scopes =
                program?.ReadScopes().Select(scope => scope.Walk).ToLookup(walk => ledger.LivePin(walk.Path))
                ?? Enumerable.Empty<WalkRecord>().ToLookup(_ => "");
            foreach (var pin in pins)
            {
                if (scopes[pin].FirstOrDefault() is { } walk)
                {
                    found.Add(program!.Observe(walk, objects, stateMap));
                }
                else
                {
                    observation.Orphans.Add(
                        new Orphan(pin, "a live program whose layout this version does not know, or of no scope")
                    );
                }
            }
        }

        shared.Seen(programs);
        observation.State = observation.State with
        {
            Live = [.. found.OrderBy(live => live.Scope, StringComparer.Ordinal)],
        };
    }

    /// <summary>The walks since this was last asked.</summary>
    internal ImmutableArray<LiveWalkResult> TakeWalks()
    {
        ImmutableArray<LiveWalkResult> walks = [.. _walks];
        _walks.Clear();
        return walks;
    }

    /// <summary>Walks with the live programs of chains, which are loaded where others are pinned or none.</summary>
    private Outcome Tune(ImmutableArray<TuneSockets> actions)
    {
        var programs = new List<(uint Program, TuneSockets Action)>();
        foreach (var action in actions)
        {
            try
            {
                programs.Add((Provide(action.Chain), action));
            }
            catch (BpfException refused)
                when (!refused.IsOfFile && Blame(action.Chain) is { IsEmpty: false } rejections)
            {
                _ = refused;
                return Outcome.Refused(rejections);
            }
        }

        foreach (var group in programs.GroupBy(tune => tune.Program, tune => tune.Action))
        {
            var first = ledger.LivePin(group.First().Chain.Scope);
            using var program = LiveProgram.TryOpen(first) ?? throw Vanished(first);
            _walks.AddRange(
                program.Run(
                    first,
                    [
                        .. group.Select(action =>
                            program.Find(action.Chain.CgroupId) is { } walk
                                ? new ScopeWalk(
                                    action.Chain.CgroupId,
                                    walk,
                                    WalkTarget.Of(action.Chain),
                                    !string.Equals(walk.Walked.Values, action.Walked.Values, StringComparison.Ordinal),
                                    action.Walked
                                )
                                : throw Vanished(ledger.LivePin(action.Chain.Scope))
                        ),
                    ]
                )
            );
        }

        return Outcome.Done;
    }

    /// <summary>Walks with the live programs of chains that go or changed, which go then.</summary>
    private Outcome Release(ImmutableArray<ReleaseSockets> actions)
    {
        var programs = actions
            .Select(action => (Program: LiveProgram.ProgramOf(ledger.LivePin(action.Scope)), Action: action))
            .Where(release => release.Program is not null);
        foreach (var group in programs.GroupBy(release => release.Program, release => release.Action))
        {
            using var program = LiveProgram.TryOpen(group.Key!.Value);
            if (program is null)
            {
                continue;
            }

            var scopes = program.ReadScopes().ToDictionary(scope => scope.Walk.Path, StringComparer.Ordinal);
            var releases = group.Where(action => scopes.ContainsKey(action.Scope)).ToList();
            if (releases.Count == 0)
            {
                continue;
            }

            releases.ForEach(action => Forget(action.Successor));
            _walks.AddRange(
                program.Run(
                    ledger.LivePin(releases[0].Scope),
                    [
                        .. releases.Select(action =>
                        {
                            /* A program that never finished a walk does not know by which values sockets were tuned. */
                            var (cgroup, walk) = scopes[action.Scope];
                            var target = action.Successor is { } next ? WalkTarget.Of(next) : null;
                            return new ScopeWalk(cgroup, walk, target, walk.Walked == WalkedState.None, walk.Walked);
                        }),
                    ]
                )
            );
            foreach (var action in releases)
            {
                ledger.Remove(ledger.LivePin(action.Scope));
                program.Remove(scopes[action.Scope].Cgroup);
            }
        }

        return Outcome.Done;
    }

    /// <summary>Sees to it that a scope has the live program of its chain.</summary>
    /// <returns>The kernel's id of the program.</returns>
    private uint Provide(DesiredChain chain)
    {
        var pin = ledger.LivePin(chain.Scope);
        using (var pinned = LiveProgram.TryOpen(pin))
        {
            if (pinned is not null)
            {
                var fits =
                    pinned.Uses(maps.Require().StateId)
                    && new SharedProgram(pinned.Record.Digest, pinned.Record.Depth)
                        == LiveProgram.KindOf(chain, objects);
                if (
                    fits
                    && pinned.Find(chain.CgroupId) is { } walk
                    && walk.ChainKey == chain.Key
                    && string.Equals(walk.Path, chain.Scope, StringComparison.Ordinal)
                )
                {
                    return pinned.Id;
                }

                /* Its cgroup was made anew, or its program goes. */
                foreach (var (cgroup, _) in pinned.ReadScopes().Where(scope => scope.Walk.Path == chain.Scope).ToList())
                {
                    pinned.Remove(cgroup);
                }

                if (fits)
                {
                    pinned.Write(chain.CgroupId, WalkRecord.Of(chain, FormerOf(chain.Scope)));
                    return pinned.Id;
                }
            }
        }

        return Attach(chain, pin);
    }

    /* What is pinned there goes when the new one is loaded. */
    private uint Attach(DesiredChain chain, string pin)
    {
        var kind = LiveProgram.KindOf(chain, objects);
        var mechanism = IterTcp.ChooseLink(capabilities());
        using var others = shared.TryOpen(kind, maps.Require().StateId);
        using var loaded = others is null ? LiveProgram.Load(chain, objects, maps.Require(), ledger) : null;
        var program = others?.Fd ?? loaded!.ProgramFd();
        ledger.Remove(pin);
        new LinkPin(pin).Keep(mechanism.Attach(program, AttachPoint.None));
        using var attached = LiveProgram.TryOpen(pin) ?? throw Vanished(pin);
        attached.Write(chain.CgroupId, WalkRecord.Of(chain, FormerOf(chain.Scope)));
        shared.Loaded(kind, attached.Id);
        return attached.Id;
    }

    /// <summary>The live stages that the kernel refuses, each loaded alone.</summary>
    private ImmutableArray<Rejection> Blame(DesiredChain chain)
    {
        var rejections = ImmutableArray.CreateBuilder<Rejection>();
        foreach (var stage in chain.Stages.Where(stage => stage.Program.Live is not null))
        {
            try
            {
                LiveProgram.Load(chain with { Stages = [stage] }, objects, maps.Require(), ledger).Dispose();
            }
            catch (BpfException passed) when (passed.IsPassing || passed.IsOfFile)
            {
                return []; // that says nothing of the stage
            }
            catch (BpfException refused)
            {
                rejections.Add(
                    new Rejection(stage.Feature, stage.Variant, stage.Program.Live!.Digest, refused.Message)
                    {
                        Errno = refused.Errno,
                    }
                );
            }
        }

        return rejections.ToImmutable();
    }

    /* A socket may have been tuned by a chain that this one replaced, or by one around it. */
    private IEnumerable<FormerChain> FormerOf(string scope) =>
        CgroupPath
            .SelfAndAncestors(scope)
            .Select(path => ChainObserver.ReadAttached(ledger, path))
            .OfType<AttachedChain>()
            .SelectMany(chain => chain.AsFormer);

    /* The sockets it is about to get were tuned by other values than its own: another walk of it must follow. */
    private void Forget(DesiredChain? successor)
    {
        using var program = successor is null ? null : LiveProgram.TryOpen(ledger.LivePin(successor.Scope));
        if (program?.Find(successor!.CgroupId) is { } walk && walk.ChainKey == successor.Key)
        {
            walk.Walked = WalkedState.None;
            program.Write(successor.CgroupId, walk);
        }
    }

    private static BpfException Vanished(string pin) =>
        new($"the pin {pin} vanished; is another netedit at work on this ledger?");
}
