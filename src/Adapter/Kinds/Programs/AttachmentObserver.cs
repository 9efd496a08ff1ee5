using System.Collections.Immutable;
using System.Globalization;
using NetEdit.Adapter.Hookpoints;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;
using NetEdit.Bpf;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>Reads standalone programs back from their pins, and from what the kernel says of these.</summary>
internal sealed class AttachmentObserver(LedgerDirectory ledger)
{
    /// <summary>The attached programs, sorted by their keys.</summary>
    internal ImmutableArray<ObservedAttachment> Observe(List<Orphan> orphans) =>
        [
            .. LedgerDirectory
                .Directories(ledger.Attached)
                .Select(directory => Observe(directory, orphans))
                .OfType<ObservedAttachment>()
                .OrderBy(attachment => attachment.Key.ToString(), StringComparer.Ordinal),
        ];

    /// <summary>The attached program of a key; null when there is none.</summary>
    internal ObservedAttachment? Find(AttachmentKey key) =>
        Observe(ledger.AttachmentDirectory(key), []) is { } found && found.Key == key ? found : null;

    /// <summary>Whether a pin is that of a link.</summary>
    internal static bool IsLink(string pin) =>
        Path.GetFileName(pin).StartsWith(LedgerDirectory.Link + "-g", StringComparison.Ordinal);

    /// <summary>The generation after those of a program and of its links.</summary>
    internal static int NextGeneration(string directory) =>
        Math.Max(
            GenerationPin.Next(directory),
            LedgerDirectory.Pins(directory).Where(IsLink).Select(GenerationOf).DefaultIfEmpty().Max() + 1
        );

    private static ObservedAttachment? Observe(string directory, List<Orphan> orphans)
    {
        var pins = LedgerDirectory.Pins(directory).ToList();
        var generations = GenerationPin.In(directory).OrderByDescending(pin => pin.Generation).ToList();
        var links = Links(pins.Where(IsLink));
        /* An interrupted replacement by attaching leaves the links of both: the later ones count. */
        var current = links
            .GroupBy(link => link.Info.ProgramId)
            .OrderByDescending(group => group.Max(link => GenerationOf(link.Path)))
            .FirstOrDefault();
        var explained = new HashSet<string>(StringComparer.Ordinal);
        var attached = current is null
            ? WithoutLinks(generations, explained)
            : WithLinks(current.Key, [.. current], generations, explained);
        orphans.AddRange(
            pins.Except(explained, StringComparer.Ordinal)
                .Select(pin => new Orphan(
                    pin,
                    "part of a program other than the attached one, left by an interrupted change"
                ))
        );
        return attached;
    }

    private static ObservedAttachment? WithLinks(
        uint programId,
        List<(string Path, LinkInfo Info)> links,
        List<GenerationPin> generations,
        HashSet<string> explained
    )
    {
        using var program = ChainObserver.OpenProgram(programId);
        using var values = ValuesMap.TryOf(KernelInfo.Program(program));
        if (values?.Read() is not { } record || Hook.Find(record.Key.Hook) is not { } hook)
        {
            return null;
        }

        explained.UnionWith(links.Select(link => link.Path));
        var pin = generations.Find(pin => ProgramOf(pin) == programId);
        if (pin is not null)
        {
            explained.Add(pin.Path);
        }

        return Attachment(record, TargetOf(hook, record, links), pin?.Rest ?? "", programId) with
        {
            Pinned = pin is not null,
            LinkIds = [.. links.Select(link => link.Info.Id)],
        };
    }

    /* By a filter, or attached no longer. */
    private static ObservedAttachment? WithoutLinks(List<GenerationPin> generations, HashSet<string> explained)
    {
        foreach (var pin in generations)
        {
            using var program = LedgerDirectory.TryGet(pin.Path);
            using var values = program is null ? null : ValuesMap.TryOf(KernelInfo.Program(program));
            if (values?.Read() is not { } record || Hook.Find(record.Key.Hook) is null)
            {
                continue;
            }

            var id = KernelInfo.Program(program!).Id;
            if (
                pin.Rest == ClsactMechanism.MechanismName
                && AttachmentMaker
                    .Clsact(record.Key)
                    .Find(new AttachPoint((int)record.TargetId, Slot: AttachmentMaker.Slot(record.Key))) == id
            )
            {
                explained.Add(pin.Path);
                return Attachment(record, record.TargetId, pin.Rest, id);
            }
        }

        return null;
    }

    private static ObservedAttachment Attachment(
        AttachmentRecord record,
        ulong targetId,
        string mechanism,
        uint programId
    ) =>
        new(record.Key, targetId, record.Digest, mechanism, programId)
        {
            Policy = record.Policy,
            Parameters = record.Parameters,
            Paused = record.Paused,
        };

    /* A link that was detached, or whose target is gone, says so where it has a target; where it has none, it is there as a whole or not. */
    private static ulong TargetOf(Hook hook, AttachmentRecord record, List<(string Path, LinkInfo Info)> links) =>
        hook.Target switch
        {
            _ when ReferenceEquals(hook, Hook.Processor) || ReferenceEquals(hook, Hook.ProcessorInCgroup) => links.Count
            == Processors.Online().Count()
                ? record.TargetId
                : 0,
            HookTarget.Cgroup => links[0].Info.CgroupId,
            HookTarget.Host => record.TargetId,
            _ => links[0].Info.Target,
        };

    private static int GenerationOf(string linkPin) =>
        int.TryParse(
            Path.GetFileName(linkPin).Split('-')[1].AsSpan(1),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var generation
        )
            ? generation
            : 0;

    private static uint ProgramOf(GenerationPin pin)
    {
        using var program = LedgerDirectory.TryGet(pin.Path);
        return program is null ? 0 : KernelInfo.Program(program).Id;
    }

    private static List<(string Path, LinkInfo Info)> Links(IEnumerable<string> pins)
    {
        var links = new List<(string, LinkInfo)>();
        foreach (var pin in pins)
        {
            using var link = LedgerDirectory.TryGet(pin);
            if (link is not null)
            {
                links.Add((pin, KernelInfo.Link(link)));
            }
        }

        return links;
    }
}
