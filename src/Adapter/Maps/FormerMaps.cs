using System.Buffers.Binary;
using System.Collections.Immutable;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;

namespace NetEdit.Adapter.Maps;

/// <summary>
/// Shared maps of another layout, made by another version. Structures only ever grow at their end, so what they begin with is
/// known: the pauses are taken over, counts are carried over where their size is ours.
/// </summary>
internal static class FormerMaps
{
    /// <summary>What is paused there.</summary>
    internal static ImmutableSortedSet<string> ReadPauses(string directory)
    {
        using var handle = LedgerDirectory.TryGet(Path.Combine(directory, SharedMaps.State));
        if (handle is null)
        {
            return StateRecord.ReadPauses([]);
        }

        var state = new byte[KernelInfo.Map(handle).ValueSize];
        using var map = new KernelMap(SharedMaps.State, handle);
        return map.TryLookup(BitConverter.GetBytes(0u), state) ? StateRecord.ReadPauses(state) : StateRecord.ReadPauses([]);
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

    /// <summary>A table there: pinned itself (format 1), or in a map of maps. Null when it is gone or its entries are of other sizes.</summary>
    private static KernelMap? Table(string directory, string name, int keySize, int valueSize)
    {
        if (LedgerDirectory.TryGet(Path.Combine(directory, name)) is not { } handle)
        {
            return null;
        }

        var table = new KernelMap(name, handle).Into(pinned => KernelInfo.Map(pinned.Handle).Type == Interop.Bpf.MapTypeArrayOfMaps ? Inner(pinned) : pinned);
        return table?.KeepIf(map => KernelInfo.Map(map.Handle) is var info && info.KeySize == keySize && info.ValueSize == valueSize);
    }

    /// <summary>The table in a map of maps, in whose place it comes; null when there is none.</summary>
    private static KernelMap? Inner(KernelMap outer)
    {
        using var replaced = outer;
        Span<byte> id = stackalloc byte[sizeof(uint)];
        return outer.TryLookup(BitConverter.GetBytes(0u), id)
            ? new KernelMap(outer.Name, KernelHandle.Of(LibBpf.bpf_map_get_fd_by_id(BinaryPrimitives.ReadUInt32LittleEndian(id)), $"open the table of {outer.Name}"))
            : null;
    }
}
