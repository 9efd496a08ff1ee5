using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using NetEdit.Adapter.Hookpoints;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Objects;
using NetEdit.Bpf;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>Standalone programs: attached on their own, not as a stage of a chain.</summary>
internal sealed class ProgramKind(LedgerDirectory ledger, Cgroups? cgroups, Func<CapabilityReport> capabilities)
    : IKernelKind
{
    private readonly AttachmentObserver _observer = new(ledger);
    private readonly ClsactQueues _queues = new(ledger, new AttachmentObserver(ledger));
    private readonly AttachmentMaker _maker = new(ledger, cgroups);

    /// <inheritdoc/>
    public void Observe(Observation observation) =>
        observation.State = observation.State with { Attachments = _observer.Observe(observation.Orphans) };

    /// <inheritdoc/>
    public void Handle(ActionHandlers handlers)
    {
        handlers.On<AttachProgram>(attach => Attach(attach.Attachment, attach.Paused));
        handlers.On<UpdateProgram>(update => Update(update.Attachment, update.Paused));
        handlers.On<WriteParameters>(write =>
            Write(write.Attachment.Key, _ => AttachmentRecord.Of(write.Attachment, write.Paused))
        );
        handlers.On<PauseProgram>(pause => Write(pause.Key, record => record with { Paused = pause.Paused }));
        handlers.On<DetachProgram>(detach => Detach(detach.Key));
    }

    internal Outcome Attach(DesiredAttachment attachment, bool paused)
    {
        BpfException? unsupported = null;
        foreach (var mechanism in AttachedHookpoints.Of(attachment.Program.Hook).Available(capabilities()))
        {
            using var loaded = AttachmentMaker.TryLoad(attachment, mechanism, paused, out var refused);
            if (refused is not null)
            {
                return Refuse(attachment, refused);
            }

            try
            {
                if (loaded is not null)
                {
                    _maker.Hold(attachment, mechanism, loaded);
                    return Outcome.Undoable(() => Detach(attachment.Key));
                }
            }
            catch (BpfException failure) when (failure.Errno == BpfError.Eopnotsupp)
            {
                unsupported = failure; // a driver without native XDP, say
            }
        }

        throw unsupported
            ?? new BpfException(
                $"the object {attachment.Program.Object.Name} of {attachment.Feature} has no program for what "
                    + $"this host has at {attachment.Program.Hook}"
            );
    }

    /* The mechanism stays; it is not known where the pin of the program is gone, and then its links tell enough. */
    internal Outcome Update(DesiredAttachment attachment, bool paused)
    {
        var former = Attached(attachment.Key);
        foreach (
            var mechanism in AttachedHookpoints
                .Of(attachment.Program.Hook)
                .Available(capabilities())
                .Where(mechanism => former.Mechanism.Length == 0 || mechanism.Name == former.Mechanism)
        )
        {
            using var loaded = AttachmentMaker.TryLoad(attachment, mechanism, paused, out var refused);
            if (refused is not null)
            {
                return Refuse(attachment, refused);
            }

            if (loaded is not null)
            {
                return ChainObserver
                    .OpenProgram(former.ProgramId)
                    .TransferTo(program =>
                        HeldPins
                            .Of(LedgerDirectory.Pins(ledger.AttachmentDirectory(attachment.Key)))
                            .TransferTo(kept => Replace(attachment, mechanism, loaded, program, kept))
                    );
            }
        }

        throw new BpfException(
            $"{attachment.Key} is attached by {former.Mechanism}, which this host or the new program does not "
                + $"have; delete its policies, and write them again"
        );
    }

    /// <summary>Writes what a program reads; as a whole, so that it never meets half of a change.</summary>
    internal Outcome Write(AttachmentKey key, Func<AttachmentRecord, AttachmentRecord> change)
    {
        using var turn = LedgerTurn.Take(ledger);
        using var program = ChainObserver.OpenProgram(Attached(key).ProgramId);
        return (ValuesMap.TryOf(KernelInfo.Program(program)) ?? throw Gone(key)).TransferTo(values =>
        {
            var former = values.Read() ?? throw Gone(key);
            values.Write(change(former));
            return Outcome.Undoable(() => values.Write(former), values);
        });
    }

    internal Outcome Detach(AttachmentKey key)
    {
        var attached = _observer.Find(key);
        using var held = HeldPins.Of(LedgerDirectory.Pins(ledger.AttachmentDirectory(key)));
        try
        {
            /* What is held stays attached, so that this can be taken back. */
            ledger.RemoveDirectory(ledger.AttachmentDirectory(key));
            if (attached is { Mechanism: ClsactMechanism.MechanismName, TargetId: not 0 })
            {
                AttachmentMaker
                    .Clsact(key)
                    .Detach(new AttachPoint((int)attached.TargetId, Slot: AttachmentMaker.Slot(key)));
            }
        }
        catch
        {
            held.PutBack();
            throw;
        }

        /* Without its pin the kernel detaches a link, but some time later. Tracing knows no detaching: there it is left at that. */
        foreach (var link in held.Where(AttachmentObserver.IsLink))
        {
            _ = LibBpf.bpf_link_detach(link.Fd);
            LibBpfLog.Clear();
        }

        if (attached is { Mechanism: ClsactMechanism.MechanismName, TargetId: not 0 })
        {
            _queues.Remove((int)attached.TargetId, key);
        }

        return Outcome.Done;
    }

    private ObservedAttachment Attached(AttachmentKey key) => _observer.Find(key) ?? throw Gone(key);

    private static BpfException Gone(AttachmentKey key) =>
        new($"{key} is no longer attached; run the same command again to attach it anew");

    private Outcome Replace(
        DesiredAttachment attachment,
        IMechanism mechanism,
        LoadedObject loaded,
        KernelHandle former,
        HeldPins kept
    )
    {
        var link =
            mechanism.CanUpdate && kept.Paths.FirstOrDefault(AttachmentObserver.IsLink) is { } pin
                ? new LinkPin(pin)
                : null;
        var made = link is null
            ? _maker.Hold(attachment, mechanism, loaded)
            : _maker.Move(attachment, mechanism, loaded, link);
        try
        {
            kept.Paths.Where(path => path != link?.Path).ToList().ForEach(ledger.Remove);
        }
        catch
        {
            PutBack();
            throw;
        }

        return Outcome.Undoable(PutBack, former, kept);

        void PutBack()
        {
            link?.Update(former.Fd, $"{attachment.Key} by the former program");
            (mechanism as ClsactMechanism)?.Set(AttachmentMaker.Point(attachment, (int)attachment.TargetId), former.Fd);
            kept.PutBack();
            made.ForEach(ledger.Remove);
        }
    }

    private static Outcome Refuse(DesiredAttachment attachment, BpfException refused) =>
        refused is { MissingPrivilege: null, IsPassing: false, IsOfFile: false }
            ? Outcome.Refused([
                new Rejection(attachment.Feature, attachment.Variant, attachment.Program.Object.Digest, refused.Message)
                {
                    Errno = refused.Errno,
                },
            ])
            : throw refused;
}
