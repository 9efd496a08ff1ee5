using System.Collections.Immutable;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Maps;
using NetEdit.Adapter.Objects;
using NetEdit.State;

namespace NetEdit.Adapter;

/// <summary>Reads what our objects cost and have counted.</summary>
internal sealed class UsageReader(LedgerDirectory ledger, SharedMaps? maps)
{
    internal KernelUsage Read(ObservedState observed) => new(
        [.. observed.Chains.Select(Chain)],
        [.. observed.Algorithms.Select(Algorithm)],
        [.. (maps?.All ?? []).Select(map => new MapUsage(map.Name, KernelInfo.MemoryBytes(map.Handle)))],
        [.. maps?.ReadCounters() ?? []],
        LiveSockets());

    private static ChainUsage Chain(ObservedChain chain)
    {
        var (program, _) = Observer.OpenProgram(chain.ProgramId);
        using (program)
        {
            var info = KernelInfo.Program(program);
            return new ChainUsage(chain.Scope, info.Runs, info.RunTimeNanoseconds, KernelInfo.MemoryBytes(program));
        }
    }

    private AlgorithmUsage Algorithm(ObservedAlgorithm algorithm)
    {
        using var table = LedgerDirectory.TryGet(ledger.AlgorithmMapPin(algorithm.Algorithm, algorithm.Digest));
        using var data = LedgerDirectory.TryGet(ledger.AlgorithmDataPin(algorithm.Algorithm, algorithm.Digest));
        var counters = data is null ? ImmutableSortedDictionary<string, ulong>.Empty : DataSection.ReadCounters(data);
        return new AlgorithmUsage(algorithm.Algorithm, (table is null ? 0 : KernelInfo.MemoryBytes(table)) + (data is null ? 0 : KernelInfo.MemoryBytes(data)), counters);
    }

    /// <summary>Tuned sockets of this process's network namespace by profile; null when this kernel has no walk over sockets.</summary>
    private ImmutableSortedDictionary<ulong, long>? LiveSockets()
    {
        if (!File.Exists(ledger.LiveSocketsPin))
        {
            return null;
        }

        var live = ImmutableSortedDictionary.CreateBuilder<ulong, long>();
        foreach (var profile in IteratorOutput.ReadUInt64(ledger.LiveSocketsPin))
        {
            live[profile] = live.GetValueOrDefault(profile) + 1;
        }

        return live.ToImmutable();
    }
}
