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

/// <summary>Standalone programs: those that are attached by themselves, and not as a stage of a chain.</summary>
internal sealed class ProgramKind(LedgerDirectory ledger, Cgroups? cgroups, Func<CapabilityReport> capabilities)
    : IKernelKind
{
    private readonly AttachmentObserver _observer = new(ledger);
    private readonly ClsactQueues _queues = new(ledger, new AttachmentObserver(ledger));

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
            using var loaded = TryLoad(attachment, mechanism, paused, out var refused);
            if (refused is not null)
            {
                return Refuse(attachment, refused);
            }

            try
            {
                if (loaded is not null)
                {
                    Hold(attachment, mechanism, loaded);
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
            using var loaded = TryLoad(attachment, mechanism, paused, out var refused);
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
                Clsact(key).Detach(new AttachPoint((int)attached.TargetId, Slot: Slot(key)));
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

    /// <summary>The filter of an attachment by clsact.</summary>
    internal static ClsactMechanism Clsact(AttachmentKey key) =>
        AttachedHookpoints.Of(Hook.Find(key.Hook)!).Mechanisms.OfType<ClsactMechanism>().Single();

    /// <summary>Tells attachments at one target apart where there are no links.</summary>
    internal static uint Slot(AttachmentKey key) =>
        (BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(key.ToString()))) & int.MaxValue) | 1;

    private ObservedAttachment Attached(AttachmentKey key) => _observer.Find(key) ?? throw Gone(key);

    private static BpfException Gone(AttachmentKey key) =>
        new($"{key} is no longer attached; run the same again to attach anew");

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
        var made = link is null ? Hold(attachment, mechanism, loaded) : Move(attachment, mechanism, loaded, link);
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
            (mechanism as ClsactMechanism)?.Set(Point(attachment, (int)attachment.TargetId), former.Fd);
            kept.PutBack();
            made.ForEach(ledger.Remove);
        }
    }

    /// <summary>Pins the program and has the link hold it; all or nothing.</summary>
    /// <returns>The pins.</returns>
    private List<string> Move(DesiredAttachment attachment, IMechanism mechanism, LoadedObject loaded, LinkPin link)
    {
        var made = PinProgram(attachment, mechanism, loaded);
        try
        {
            link.Update(loaded.ProgramFd(), attachment.Key.ToString());
            return [made];
        }
        catch
        {
            ledger.Remove(made);
            throw;
        }
    }

    /// <summary>Pins the program, attaches it and pins what holds it; all or nothing.</summary>
    /// <returns>The pins.</returns>
    private List<string> Hold(DesiredAttachment attachment, IMechanism mechanism, LoadedObject loaded)
    {
        using var target = Open(attachment);
        var point = Point(
            attachment,
            target?.Fd ?? (attachment.Program.Hook.Target == HookTarget.Interface ? (int)attachment.TargetId : 0)
        );
        var generation = AttachmentObserver.NextGeneration(ledger.AttachmentDirectory(attachment.Key));
        var made = new List<string> { PinProgram(attachment, mechanism, loaded) };
        try
        {
            if (mechanism is ClsactMechanism)
            {
                _queues.Make(point.Descriptor, loaded);
            }

            var links = Attach(attachment, mechanism, loaded, point);
            try
            {
                for (var index = 0; index < links.Length; index++)
                {
                    var pin = ledger.AttachmentLinkPin(attachment.Key, generation, index);
                    LedgerDirectory.Pin(links[index].Fd, pin);
                    made.Add(pin);
                }
            }
            finally
            {
                links.ToList().ForEach(link => link.Dispose());
            }

            return made;
        }
        catch
        {
            made.ForEach(ledger.Remove);
            if (mechanism is ClsactMechanism)
            {
                _queues.Remove(point.Descriptor, attachment.Key);
            }

            throw;
        }
    }

    private ImmutableArray<KernelHandle> Attach(
        DesiredAttachment attachment,
        IMechanism mechanism,
        LoadedObject loaded,
        AttachPoint point
    )
    {
        try
        {
            return mechanism.Attach(loaded, point);
        }
        catch (BpfException refused)
            when (refused.Errno == BpfError.Eperm
                && attachment.Program.Hook.Target == HookTarget.Cgroup
                && AttachedHookpoints.AttachType(attachment.Program.Hook) is { } attachType
                && ForeignPrograms.FindExclusive(cgroups, attachment.Target, attachType) is { } exclusive
            )
        {
            throw new BpfException($"{refused.Message}; {exclusive}") { Errno = refused.Errno };
        }
    }

    private string PinProgram(DesiredAttachment attachment, IMechanism mechanism, LoadedObject loaded)
    {
        var generation = AttachmentObserver.NextGeneration(ledger.AttachmentDirectory(attachment.Key));
        var pin = ledger.AttachmentPin(
            attachment.Key,
            generation,
            DesiredDigest.OfAttachment(attachment.Program),
            mechanism.Name
        );
        LedgerDirectory.Pin(loaded.ProgramFd(), pin);
        return pin;
    }

    private KernelHandle? Open(DesiredAttachment attachment) =>
        attachment.Program.Hook.Target switch
        {
            HookTarget.Cgroup => (cgroups ?? throw new BpfException("no cgroup v2 hierarchy is mounted")).Open(
                attachment.Target
            ),
            HookTarget.NetworkNamespace => HostFiles.Open("/proc/self/ns/net"),
            _ => null,
        };

    private static AttachPoint Point(DesiredAttachment attachment, int descriptor) =>
        new(descriptor, attachment.Program.Place, attachment.Program.Hertz, Slot(attachment.Key));

    /// <summary>Loads the object for a mechanism; null when it has no program for it, or the kernel refuses.</summary>
    private static LoadedObject? TryLoad(
        DesiredAttachment attachment,
        IMechanism mechanism,
        bool paused,
        out BpfException? refused
    )
    {
        refused = null;
        try
        {
            var loaded = LoadedObject.Open(attachment.Feature, attachment.Program.Object.Image.ToArray());
            return loaded.DisposeUnless(opened =>
            {
                if (
                    !opened.Choose(program => LoadedObject.SectionOf(program) == attachment.Program.Hook.Name)
                    && !opened.Choose(program =>
                        LoadedObject.SectionOf(program).StartsWith(mechanism.SectionPrefix, StringComparison.Ordinal)
                    )
                )
                {
                    return false;
                }

                mechanism.Prepare(opened);
                opened.Load();
                using var values = ValuesMap.Of(opened);
                values.Write(AttachmentRecord.Of(attachment, paused));
                return true;
            });
        }
        catch (BpfException failure)
        {
            refused = failure;
            return null;
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
