using System.Collections.Immutable;
using NetEdit.Adapter.Attachments;
using NetEdit.Adapter.Live;
using NetEdit.Adapter.Maps;
using NetEdit.Adapter.Objects;
using NetEdit.Adapter.Sysctls;
using NetEdit.Model;

namespace NetEdit.Adapter.Ledger;

/// <summary>Executes the actions of a plan. Each leaves the kernel as it was when it fails.</summary>
internal sealed class Executor : IDisposable
{
    private readonly LedgerDirectory _ledger;
    private readonly MapActions _maps;
    private readonly ChainActions _chains;
    private readonly AlgorithmActions _algorithms;
    private readonly LiveSockets _live;
    private readonly AttachmentActions _attachments;
    private readonly SysctlActions _sysctls;

    /// <summary>Pauses and resumes beside everything else.</summary>
    internal KillSwitch KillSwitch { get; }

    internal Executor(LedgerDirectory ledger, Cgroups? cgroups, AdapterObjects objects, Func<CapabilityReport> capabilities)
    {
        _ledger = ledger;
        _maps = new MapActions(ledger, objects, capabilities);
        _chains = new ChainActions(ledger, cgroups, objects, _maps, capabilities);
        _algorithms = new AlgorithmActions(ledger, capabilities);
        _live = new LiveSockets(ledger, objects, capabilities);
        _attachments = new AttachmentActions(ledger, cgroups, capabilities);
        _sysctls = new SysctlActions(ledger);
        KillSwitch = new KillSwitch(ledger, _attachments, _sysctls);
    }

    /// <summary>The shared maps, or null while no chain needs them.</summary>
    internal SharedMaps? Maps => _maps.Maps;

    /// <summary>The layout of shared maps this version makes.</summary>
    internal MapLayout Layout => _maps.Layout;

    /// <summary>Whether the shared maps are held, and a pin of theirs is gone.</summary>
    internal bool SharedPinsMissing => _maps.PinsMissing;

    /// <summary>Open connections.</summary>
    internal LiveSockets Live => _live;

    /// <summary>What is executed as one: consecutive writes of profiles are one batch; every other action stands alone.</summary>
    internal static IEnumerable<ImmutableArray<PlanAction>> Steps(ImmutableArray<PlanAction> actions)
    {
        for (var index = 0; index < actions.Length;)
        {
            var length = 1;
            while (actions[index] is WriteProfile && index + length < actions.Length && actions[index + length] is WriteProfile)
            {
                length++;
            }

            yield return actions.Slice(index, length);
            index += length;
        }
    }

    /// <summary>Executes one step; the refusals are programs the kernel would not have.</summary>
    /// <exception cref="BpfException">It failed; nothing has changed.</exception>
    internal Outcome Execute(ImmutableArray<PlanAction> step) => step[0] switch
    {
        MovePin move => Move(move),
        CreateSharedMaps create => _maps.Create(create),
        RestoreSharedPins => _maps.RestorePins(),
        GrowTables grow => _maps.Grow(grow),
        SetPauses pauses => _maps.SetPauses(pauses.Pauses),
        RegisterAlgorithm register => _algorithms.Register(register.Algorithm, register.Replaces is not null),
        WriteProfile => _maps.WriteProfiles([.. step.Cast<WriteProfile>().Select(write => write.Profile)]),
        SwitchRules rules => _maps.SwitchRules(rules.Rules),
        AttachChain attach => _chains.Attach(attach.Chain),
        UpdateChain update => _chains.Update(update.Chain),
        RestoreChainPin restore => _chains.RestorePin(restore.Scope),
        DetachChain detach => _chains.Detach(detach.Scope),
        ReleaseSockets release => _live.Release(release),
        TuneSockets tune => _live.Tune(tune, _maps.Require()),
        AttachProgram attach => _attachments.Attach(attach.Attachment, attach.Paused),
        UpdateProgram update => _attachments.Update(update.Attachment, update.Paused),
        WriteParameters write => _attachments.Write(write.Attachment.Key, _ => AttachmentRecord.Of(write.Attachment, write.Paused)),
        PauseProgram pause => _attachments.Write(pause.Key, record => record with { Paused = pause.Paused }),
        DetachProgram detach => _attachments.Detach(detach.Key),
        SetSysctl set => _sysctls.Set(set.Sysctl, set.Paused),
        RestoreSysctl restore => _sysctls.Restore(restore.Key),
        ForgetSysctl forget => _sysctls.Forget(forget.Key),
        DeleteProfile delete => _maps.DeleteProfile(delete.Id),
        UnregisterAlgorithm unregister => _algorithms.Unregister(unregister.Algorithm, unregister.Drain),
        RemoveOrphan orphan => Remove(orphan),
        RemoveFormerMaps former => _maps.RemoveFormer(former.Path),
        RemoveSharedMaps => _maps.RemoveMaps(),
        var action => throw new ArgumentException($"unknown action {action.GetType().Name}", nameof(step)),
    };

    /// <summary>Removes the directories that a plan left empty.</summary>
    internal void Tidy() => _ledger.RemoveEmptyDirectories();

    public void Dispose() => _maps.Dispose();

    private Outcome Move(MovePin move)
    {
        _ledger.MovePin(move.From, move.To);
        return Outcome.Done;
    }

    private Outcome Remove(RemoveOrphan orphan)
    {
        _ledger.Remove(orphan.Path);
        return Outcome.Done;
    }
}
