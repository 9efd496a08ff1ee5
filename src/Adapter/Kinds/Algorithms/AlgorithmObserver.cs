using System.Collections.Immutable;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Maps;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>Reads congestion controls back from their pins; where a pin is gone, from the ids in the names of the others.</summary>
internal sealed class AlgorithmObserver(LedgerDirectory ledger)
{
    private const int InUse = 1;

    /// <summary>Registered and draining congestion controls, sorted by name.</summary>
    internal ImmutableArray<ObservedAlgorithm> Observe(List<Orphan> orphans, List<MisplacedPin> misplaced)
    {
        var algorithms = ImmutableArray.CreateBuilder<ObservedAlgorithm>();
        foreach (
            var directory in PinLocator
                .Algorithms(ledger)
                .GroupBy(pin => Path.GetDirectoryName(pin.Place)!, StringComparer.Ordinal)
        )
        {
            var explained = new HashSet<string>(StringComparer.Ordinal);
            algorithms.AddRange(Observe(Path.GetFileName(directory.Key), [.. directory], explained));
            misplaced.AddRange(
                directory
                    .Where(pin => pin.IsMisplaced && explained.Contains(pin.Path))
                    .Select(pin => new MisplacedPin(pin.Path, pin.Place))
            );
            orphans.AddRange(
                directory
                    .Where(pin => !explained.Contains(pin.Path))
                    .Select(pin => new Orphan(
                        pin.Path,
                        "part of a congestion control that is not registered, and no socket runs it"
                    ))
            );
        }

        return algorithms.ToImmutable();
    }

    /// <summary>The tables of an algorithm that are no longer registered, but that sockets still run.</summary>
    internal List<ObservedAlgorithm> Draining(string algorithm) =>
        [.. Observe([], []).Where(observed => observed.Algorithm == algorithm && !observed.Registered)];

    /// <summary>The struct_ops map that a pin's name records: by a pin, or by its id when that pin is gone. Null when the kernel has it no longer.</summary>
    internal static KernelHandle? OpenTable(IEnumerable<GenerationPin> pins, uint mapId)
    {
        if (
            pins.FirstOrDefault(pin => pin.Kind == GenerationPin.Map && pin.MapId == mapId) is { } pinned
            && LedgerDirectory.TryGet(pinned.Path) is { } handle
        )
        {
            return handle;
        }

        var result = LibBpf.bpf_map_get_fd_by_id(mapId);
        LibBpfLog.Clear();
        return result == -BpfError.Enoent
            ? null
            : KernelHandle
                .Of(result, $"open the map {mapId}")
                .DisposeUnless(found => KernelInfo.Map(found).Type == Interop.Bpf.MapTypeStructOps);
    }

    private static IEnumerable<ObservedAlgorithm> Observe(
        string name,
        List<LocatedPin> located,
        HashSet<string> explained
    )
    {
        var pins = located.Select(GenerationPin.Parse).OfType<GenerationPin>().ToList();
        var linkPin = located.FirstOrDefault(pin => Path.GetFileName(pin.Place) == LedgerDirectory.Link);
        using var link = linkPin is null ? null : LedgerDirectory.TryGet(linkPin.Path);
        var linked = link is null ? 0 : KernelInfo.Link(link).StructOpsMapId;

        foreach (
            var mapId in pins.Select(pin => pin.MapId).Append(linked).Where(id => id != 0).Distinct().Order().ToList()
        )
        {
            using var table = OpenTable(pins, mapId);
            if (table is null)
            {
                continue;
            }

            var (users, state) = Status(table);
            var registered = mapId == linked || (linked == 0 && state == InUse);
            var sockets = Math.Max(0, users - (registered ? 1 : 0));
            if (!registered && sockets == 0)
            {
                continue;
            }

            var own = pins.Where(pin => pin.MapId == mapId).ToList();
            explained.UnionWith(own.Select(pin => pin.Path));
            if (registered && linkPin is not null)
            {
                explained.Add(linkPin.Path);
            }

            yield return new ObservedAlgorithm(
                name,
                own.Select(pin => pin.Digest).FirstOrDefault(""),
                mapId,
                registered
            )
            {
                Users = sockets,
                Pinned =
                    own.Any(pin => pin.Kind == GenerationPin.Map) && own.Any(pin => pin.Kind == GenerationPin.Data),
            };
        }
    }

    /* The value of a struct_ops map begins with a reference count, without those of descriptors and pins, and the state
       (linux/bpf.h, bpf_struct_ops_common_value): one reference for the registration, one for each socket. */
    private static (long Users, int State) Status(KernelHandle map)
    {
        var value = new byte[KernelInfo.Map(map).ValueSize];
        return new KernelMap("struct_ops", map).TryLookup(BitConverter.GetBytes(0u), value)
            ? (BitConverter.ToInt32(value), BitConverter.ToInt32(value, sizeof(int)))
            : (0, 0);
    }
}
