using System.Collections.Immutable;
using NetEdit.Adapter.Hookpoints;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Objects;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>Brings open connections in line with the rules, and reads which walks were completed.</summary>
internal sealed class WalkKind(
    LedgerDirectory ledger,
    AdapterObjects objects,
    Func<CapabilityReport> capabilities,
    SharedMapKind shared
) : IKernelKind
{
    private static readonly IterTcpHookpoint IterTcp = new();

    private readonly List<LiveWalkResult> _walks = [];

    /// <inheritdoc/>
    public void Handle(ActionHandlers handlers)
    {
        handlers.On<TuneSockets>(tune => Tune(tune, shared.Require()));
        handlers.On<ReleaseSockets>(Release);
    }

    /// <inheritdoc/>
    public void Observe(Observation observation)
    {
        var found = new List<ObservedLive>();
        var stateMap = observation.Maps?.StateId ?? 0;
        foreach (var pin in ledger.LivePins())
        {
            using var program = LiveProgram.TryOpen(pin);
            if (program is not null && ledger.LivePin(program.Record.Scope) == pin)
            {
                found.Add(program.Observe(objects, stateMap));
            }
            else
            {
                observation.Orphans.Add(new Orphan(pin, "a live program whose layout this version does not know"));
            }
        }

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

    /// <summary>Walks with the live program of a chain, which is loaded when another is pinned.</summary>
    private Outcome Tune(TuneSockets action, SharedMaps maps)
    {
        var pin = ledger.LivePin(action.Chain.Scope);
        using var pinned = LiveProgram.TryOpen(pin);
        if (pinned is not null && IsOf(pinned, action.Chain, maps))
        {
            Walk(pinned, action);
            return Outcome.Done;
        }

        try
        {
            Attach(action.Chain, maps, pin);
        }
        catch (BpfException refused)
            when (!refused.IsOfFile && Blame(action.Chain, maps) is { IsEmpty: false } rejections)
        {
            _ = refused;
            return Outcome.Refused(rejections);
        }

        using var attached =
            LiveProgram.TryOpen(pin)
            ?? throw new BpfException($"the pin {pin} vanished; is another netedit at work on this ledger?");
        Walk(attached, action);
        return Outcome.Done;
    }

    /// <summary>Walks with the live program of a chain that goes or changed, which goes then.</summary>
    private Outcome Release(ReleaseSockets action)
    {
        var pin = ledger.LivePin(action.Scope);
        using var program = LiveProgram.TryOpen(pin);
        if (program is null)
        {
            return Outcome.Done;
        }

        if (action.Successor is { } successor)
        {
            Forget(successor);
        }

        /* A program that never finished a walk does not know by which values sockets were tuned. */
        var walked = program.Walk.Walked;
        _walks.Add(
            program.Run(action.Successor is { } next ? WalkTarget.Of(next) : null, walked == WalkedState.None, walked)
        );
        ledger.Remove(pin);
        return Outcome.Done;
    }

    private void Walk(LiveProgram program, TuneSockets action)
    {
        var again = !string.Equals(program.Walk.Walked.Values, action.Walked.Values, StringComparison.Ordinal);
        _walks.Add(program.Run(WalkTarget.Of(action.Chain), again, action.Walked));
    }

    /// <summary>The live stages that the kernel refuses, each loaded alone.</summary>
    private ImmutableArray<Rejection> Blame(DesiredChain chain, SharedMaps maps)
    {
        var rejections = ImmutableArray.CreateBuilder<Rejection>();
        foreach (var stage in chain.Stages.Where(stage => stage.Program.Live is not null))
        {
            try
            {
                LiveProgram.Load(chain with { Stages = [stage] }, objects, maps, ledger).Dispose();
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

    /* What is pinned there goes when the new one is loaded. */
    private void Attach(DesiredChain chain, SharedMaps maps, string pin)
    {
        using var loaded = LiveProgram.Load(chain, objects, maps, ledger);
        ledger.Remove(pin);
        new LinkPin(pin).Keep(IterTcp.Choose(capabilities()).Attach(loaded, AttachPoint.None));
    }

    private bool IsOf(LiveProgram program, DesiredChain chain, SharedMaps? maps) =>
        program.Observe(objects, maps?.StateId ?? 0) is { UsesSharedMaps: true } observed
        && observed.Key == chain.Key
        && string.Equals(observed.Digest, LiveDigest.OfProgram(chain), StringComparison.Ordinal);

    /* The sockets it is about to get were tuned by other values than its own: another walk of it must follow. */
    private void Forget(DesiredChain chain)
    {
        using var program = LiveProgram.TryOpen(ledger.LivePin(chain.Scope));
        if (program is not null && program.Record.Key == chain.Key)
        {
            program.Remember(WalkedState.None);
        }
    }
}
