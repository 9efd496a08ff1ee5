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

/// <summary>Loads, attaches and pins a standalone program: each step is done as a whole, or leaves nothing.</summary>
internal sealed class AttachmentMaker(LedgerDirectory ledger, Cgroups? cgroups)
{
    private readonly ClsactQueues _queues = new(ledger, new AttachmentObserver(ledger));

    /// <summary>The filter of an attachment by clsact.</summary>
    internal static ClsactMechanism Clsact(AttachmentKey key) =>
        AttachedHookpoints.Of(Hook.Find(key.Hook)!).Mechanisms.OfType<ClsactMechanism>().Single();

    /// <summary>Tells attachments at one target apart where there are no links.</summary>
    internal static uint Slot(AttachmentKey key) =>
        (BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(key.ToString()))) & int.MaxValue) | 1;

    /// <summary>Pins the program and has the link hold it; all or nothing.</summary>
    /// <returns>The pins.</returns>
    public List<string> Move(DesiredAttachment attachment, IMechanism mechanism, LoadedObject loaded, LinkPin link)
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
    public List<string> Hold(DesiredAttachment attachment, IMechanism mechanism, LoadedObject loaded)
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

    public static AttachPoint Point(DesiredAttachment attachment, int descriptor) =>
        new(descriptor, attachment.Program.Place, attachment.Program.Hertz, Slot(attachment.Key));

    /// <summary>Loads the object for a mechanism; null when it has no program for it, or the kernel refuses.</summary>
    public static LoadedObject? TryLoad(
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
}
