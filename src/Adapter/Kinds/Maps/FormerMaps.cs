using System.Buffers.Binary;
using System.Collections.Immutable;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Maps;

namespace NetEdit.Adapter.Kinds;

/// <summary>
/// Shared maps of another layout, made by another version. Structures only ever grow at their end, so what they begin with is
/// known: the pauses are taken over, counts are carried over.
/// </summary>
internal static class FormerMaps
{
    // More switches than a set can see while its last programs are replaced.
    private const uint Ahead = 1 << 16;

    /// <summary>Where they are: the directories of other layouts, and that of all maps where format 1 left some.</summary>
    internal static IEnumerable<string> Find(LedgerDirectory ledger, string layout) =>
        LedgerDirectory
            .Directories(ledger.Maps)
            .Where(directory =>
                !directory.EndsWith(LedgerDirectory.Unfinished, StringComparison.Ordinal)
                && Path.GetFileName(directory) != layout
            )
            .Concat(LedgerDirectory.Pins(ledger.Maps).Any() ? [ledger.Maps] : []);

    /// <summary>
    /// What a new set goes on from, so that chains of both agree on who handles a connection: the storage of the sockets of the
    /// newest set, null where it has another shape, and a first generation later than any there.
    /// </summary>
    internal static (KernelHandle? Sockets, uint Generation) Continue(IEnumerable<string> directories, MapShape sockets)
    {
        if (
            directories
                .Select(directory => (Directory: directory, State: ReadState(directory)))
                .Where(set => set.State.Length > 0)
                .ToList()
            is not { Count: > 0 } sets
        )
        {
            return (null, 0);
        }

        var (newest, state) = sets.MaxBy(set => StateRecord.ReadGeneration(set.State));
        var generation = unchecked(StateRecord.ReadGeneration(state) + Ahead);
        return (
            LedgerDirectory
                .TryGet(Path.Combine(newest, SharedMaps.Sockets))
                ?.DisposeUnless(map => sockets.Fits(KernelInfo.Map(map))),
            generation
        );
    }

    /// <summary>What is paused there.</summary>
    internal static ImmutableSortedSet<string> ReadPauses(string directory) =>
        StateRecord.ReadPauses(ReadState(directory));

    /// <summary>The state map there, where its chains leave connections without a record; else null.</summary>
    internal static StateMap? OpenUnrecorded(string directory)
    {
        if (ReadState(directory) is var state && StateRecord.ReadRecords(state) == RecordMode.All)
        {
            return null;
        }

        using var map = LedgerDirectory.TryGet(Path.Combine(directory, SharedMaps.State)) is { } handle
            ? new KernelMap(SharedMaps.State, handle)
            : null;
        return map is null ? null : new StateMap(map);
    }

    /// <summary>Adds what was counted there to the maps in use, and takes it from there.</summary>
    internal static void CarryOver(string directory, SharedMaps maps)
    {
        using var counters = Table(directory, SharedMaps.Counters, sizeof(ulong), Abi.Counters.Size);
        using var events = Table(directory, SharedMaps.Events, Abi.Event.KeySize, sizeof(ulong));
        if (counters is not null && events is not null)
        {
            maps.TuningCounters.CarryOver(counters, events);
        }
    }

    /// <summary>The state there; empty when it is gone.</summary>
    private static byte[] ReadState(string directory)
    {
        if (LedgerDirectory.TryGet(Path.Combine(directory, SharedMaps.State)) is not { } handle)
        {
            return [];
        }

        using var map = new KernelMap(SharedMaps.State, handle);
        var state = new byte[KernelInfo.Map(handle).ValueSize];
        return map.TryLookup(BitConverter.GetBytes(0u), state) ? state : [];
    }

    /// <summary>A table there: pinned itself (format 1), or in a map of maps. Null when it is gone or its entries are larger than ours.</summary>
    private static KernelMap? Table(string directory, string name, int keySize, int valueSize)
    {
        if (LedgerDirectory.TryGet(Path.Combine(directory, name)) is not { } handle)
        {
            return null;
        }

        var table = new KernelMap(name, handle).TransferTo(pinned =>
            KernelInfo.Map(pinned.Handle).Type == Interop.Bpf.MapTypeArrayOfMaps ? Inner(pinned) : pinned
        );
        return table?.DisposeUnless(map =>
            KernelInfo.Map(map.Handle) is var info
            && info.KeySize == keySize
            && info.ValueSize <= valueSize
            && info.ValueSize % sizeof(ulong) == 0
        );
    }

    /// <summary>The table in a map of maps, in whose place it comes; null when there is none.</summary>
    private static KernelMap? Inner(KernelMap outer)
    {
        using var replaced = outer;
        Span<byte> id = stackalloc byte[sizeof(uint)];
        return outer.TryLookup(BitConverter.GetBytes(0u), id)
            ? new KernelMap(
                outer.Name,
                KernelHandle.Of(
                    LibBpf.bpf_map_get_fd_by_id(BinaryPrimitives.ReadUInt32LittleEndian(id)),
                    $"open the table of {outer.Name}"
                )
            )
            : null;
    }
}
