using System.Collections.Immutable;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Kinds;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Objects;
using NetEdit.Model;

namespace NetEdit.Adapter;

/// <summary>Reads what our objects cost and have counted.</summary>
internal sealed class UsageReader(LedgerDirectory ledger, SharedMaps? maps)
{
    private static long _readings;

    private readonly ImmutableHashSet<uint> _shared = [.. maps?.All.Select(map => KernelInfo.Map(map.Handle).Id) ?? []];

    /// <summary>Reads it.</summary>
    /// <param name="observed">What there is of ours.</param>
    /// <param name="sockets">Whether to walk the sockets of this process's network namespace.</param>
    internal KernelUsage Read(ObservedState observed, bool sockets)
    {
        var (counters, connections) =
            maps?.TuningCounters.Read() ?? ([], ImmutableSortedDictionary<ulong, ulong>.Empty);
        return new KernelUsage(
            [.. observed.Chains.GroupBy(chain => chain.ProgramId).Select(scopes => Chain(scopes.First()))],
            [.. observed.Algorithms.Select(Algorithm)],
            [.. maps?.ReadMemory() ?? []],
            counters,
            sockets ? LiveSockets() : null
        )
        {
            Order = Interlocked.Increment(ref _readings),
            Attachments = [.. observed.Attachments.Select(Attachment)],
            Connections = connections,
            JournalBytes = Journal(),
            Measures = [.. maps?.TuningCounters.ReadMeasures() ?? []],
        };
    }

    private long Journal()
    {
        using var journal = SysctlJournal.TryOpen(ledger);
        return journal?.MemoryBytes ?? 0;
    }

    private static AttachmentUsage Attachment(ObservedAttachment attachment)
    {
        using var program = ChainObserver.OpenProgram(attachment.ProgramId);
        var info = KernelInfo.Program(program);
        var memory = KernelInfo.MemoryBytes(program);
        var counters = ImmutableSortedDictionary<string, ulong>.Empty;
        foreach (var id in info.MapIds)
        {
            using var map = KernelHandle.Of(LibBpf.bpf_map_get_fd_by_id(id), $"open the map {id}");
            memory += KernelInfo.MemoryBytes(map);
            if (KernelInfo.Map(map).Name.EndsWith(".bss", StringComparison.Ordinal))
            {
                counters = DataSection.ReadCounters(map);
            }
        }

        return new AttachmentUsage(
            attachment.Key,
            attachment.ProgramId,
            info.Runs,
            info.RunTimeNanoseconds,
            memory,
            counters
        );
    }

    private ChainUsage Chain(ObservedChain chain)
    {
        using var program = ChainObserver.OpenProgram(chain.ProgramId);
        var info = KernelInfo.Program(program);
        return new ChainUsage(
            chain.Scope,
            chain.ProgramId,
            info.Runs,
            info.RunTimeNanoseconds,
            KernelInfo.MemoryBytes(program) + info.MapIds.Except(_shared).Sum(MemoryOfMap)
        );
    }

    private static long MemoryOfMap(uint id)
    {
        using var map = KernelHandle.Of(LibBpf.bpf_map_get_fd_by_id(id), $"open the map {id}");
        return KernelInfo.MemoryBytes(map);
    }

    private AlgorithmUsage Algorithm(ObservedAlgorithm algorithm)
    {
        var pins = GenerationPin.In(ledger.AlgorithmDirectory(algorithm.Algorithm));
        using var table = AlgorithmObserver.OpenTable(pins, algorithm.MapId);
        using var data = pins.FirstOrDefault(pin => pin.Kind == GenerationPin.Data && pin.MapId == algorithm.MapId)
            is { } pin
            ? LedgerDirectory.TryGet(pin.Path)
            : null;
        var counters = data is null ? ImmutableSortedDictionary<string, ulong>.Empty : DataSection.ReadCounters(data);
        var memory =
            (table is null ? 0 : KernelInfo.MemoryBytes(table)) + (data is null ? 0 : KernelInfo.MemoryBytes(data));
        return new AlgorithmUsage(algorithm.Algorithm, algorithm.MapId, memory, counters);
    }

    /// <summary>Tuned sockets of this process's network namespace by profile; null when this kernel has no walk over sockets.</summary>
    private ImmutableSortedDictionary<ulong, long>? LiveSockets()
    {
        if (maps is null || !HostFiles.Exists(ledger.TunedSocketsPin(maps.Layout)))
        {
            return null;
        }

        var live = ImmutableSortedDictionary.CreateBuilder<ulong, long>();
        foreach (var profile in IteratorOutput.ReadUInt64(ledger.TunedSocketsPin(maps.Layout)))
        {
            live[profile] = live.GetValueOrDefault(profile) + 1;
        }

        return live.ToImmutable();
    }
}
