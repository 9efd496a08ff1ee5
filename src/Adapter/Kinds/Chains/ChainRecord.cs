using System.Buffers.Binary;
using System.Collections.Immutable;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Maps;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>The read-only data of a chain (<c>struct netedit_chain</c>): what a program is, readable from the kernel alone.</summary>
internal sealed record ChainRecord(uint Key, string Scope, string Digest, ImmutableArray<string> Features)
{
    /// <summary>Id of the ledger it belongs to; 0 where a former version made it.</summary>
    internal ulong Ledger { get; private init; }

    /// <summary>Chains by whose slots sockets may remember what was applied, the last one first, with the features this one shares.</summary>
    internal ImmutableArray<FormerChain> Former { get; private init; } = [];

    /// <summary>The chain itself, as one of those of its successor.</summary>
    internal IEnumerable<FormerChain> AsFormer => Former.Prepend(new FormerChain(Key, [.. Features]));

    /// <summary>The record of a chain, as the program holds it.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="digest">Digest of the program.</param>
    /// <param name="ledger">Id of its ledger.</param>
    /// <param name="former">Chains by whose slots sockets may remember what was applied; as many as there is room for are kept.</param>
    internal static byte[] Encode(DesiredChain chain, string digest, ulong ledger, IEnumerable<FormerChain> former)
    {
        var bytes = new byte[Abi.Chain.Size];
        var all = SockopsOperationsOf(chain);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(Abi.Chain.Key), chain.Key);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(Abi.Chain.Operations), all);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(Abi.Chain.Depth), Depth(chain.Scope));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(Abi.Chain.Hz), Ticks.PerSecond);
        for (var slot = 0; slot < chain.Stages.Length; slot++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(
                bytes.AsSpan(Abi.Chain.StageOperations + (slot * sizeof(uint))),
                (uint)chain.Stages[slot].Program.Operations
            );
            BinaryPrimitives.WriteUInt64LittleEndian(
                bytes.AsSpan(Abi.Chain.FeatureIds + (slot * sizeof(ulong))),
                Identity.PauseId(PauseTarget.Feature(chain.Stages[slot].Feature))
            );
            FixedText.Write(
                bytes.AsSpan(Abi.Chain.Features + (slot * Abi.NameBytes), Abi.NameBytes),
                chain.Stages[slot].Feature
            );
        }

        FixedText.Write(bytes.AsSpan(Abi.Chain.Scope, Abi.PathBytes), chain.Scope);
        FixedText.Write(bytes.AsSpan(Abi.Chain.Digest, Abi.NameBytes), digest);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(Abi.Chain.Ledger), ledger);
        var kept = former
            .Where(other => other.Key != chain.Key && other.Key != 0)
            .DistinctBy(other => other.Key)
            .Take(Abi.Chain.Formers);
        foreach (var (index, other) in kept.Index())
        {
            var place = bytes.AsSpan(Abi.Chain.Former + (index * Abi.Chain.FormerSize), Abi.Chain.FormerSize);
            BinaryPrimitives.WriteUInt32LittleEndian(place, other.Key);
            place[Abi.Chain.FormerSlots..].Fill(Abi.Chain.NoSlot);
            for (var slot = 0; slot < other.Features.Length; slot++)
            {
                var own = chain
                    .Stages.ToList()
                    .FindIndex(stage => string.Equals(stage.Feature, other.Features[slot], StringComparison.Ordinal));
                place[Abi.Chain.FormerSlots + slot] = own < 0 ? Abi.Chain.NoSlot : (byte)own;
            }
        }

        return bytes;
    }

    /// <summary>Reads a record; null when it is not one of this layout.</summary>
    internal static ChainRecord? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Abi.Chain.LeastSize)
        {
            return null;
        }

        var features = ImmutableArray.CreateBuilder<string>();
        for (var slot = 0; slot < Abi.Stages; slot++)
        {
            var name = FixedText.Read(bytes.Slice(Abi.Chain.Features + (slot * Abi.NameBytes), Abi.NameBytes));
            if (name.Length == 0)
            {
                break;
            }

            features.Add(name);
        }

        var scope = FixedText.Read(bytes.Slice(Abi.Chain.Scope, Abi.PathBytes));
        return scope.StartsWith('/')
            ? new ChainRecord(
                BinaryPrimitives.ReadUInt32LittleEndian(bytes[Abi.Chain.Key..]),
                scope,
                FixedText.Read(bytes.Slice(Abi.Chain.Digest, Abi.NameBytes)),
                features.ToImmutable()
            )
            {
                Former = FormerOf(bytes, features),
                Ledger =
                    bytes.Length >= Abi.Chain.Former
                        ? BinaryPrimitives.ReadUInt64LittleEndian(bytes[Abi.Chain.Ledger..])
                        : 0,
            }
            : null;
    }

    private static ImmutableArray<FormerChain> FormerOf(
        ReadOnlySpan<byte> bytes,
        ImmutableArray<string>.Builder features
    )
    {
        var former = ImmutableArray.CreateBuilder<FormerChain>();
        for (
            var place = Abi.Chain.Former;
            place < Abi.Chain.Size && bytes.Length >= Abi.Chain.Size;
            place += Abi.Chain.FormerSize
        )
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[place..]) is var key and not 0)
            {
                var slots = bytes.Slice(place + Abi.Chain.FormerSlots, Abi.Stages).ToArray();
                former.Add(
                    new FormerChain(key, [.. slots.Select(slot => slot < features.Count ? features[slot] : null)])
                );
            }
        }

        return former.ToImmutable();
    }

    /// <summary>Path segments of a scope; the whole host has none.</summary>
    internal static uint Depth(string scope) => (uint)scope.Split('/', StringSplitOptions.RemoveEmptyEntries).Length;

    /* Establishment is always looked at, where connections are counted, and so is the end of those that are measured. */
    private static uint SockopsOperationsOf(DesiredChain chain) =>
        chain.Stages.Aggregate(
            (uint)(Bpf.SockopsOperations.Established | Bpf.SockopsOperations.StateChange),
            (all, stage) => all | (uint)stage.Program.Operations
        );
}
