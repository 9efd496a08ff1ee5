using System.Buffers.Binary;
using System.Collections.Immutable;
using NetEdit.Adapter.Maps;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>The chains before a chain, by whose slots sockets may remember what was applied (<c>struct netedit_former</c>).</summary>
internal static class FormerRecord
{
    private const int Size = Abi.Chain.Formers * Abi.Chain.FormerSize;

    /// <summary>Writes as many as there is room for, in terms of the slots of the chain that comes.</summary>
    /// <param name="place">Where.</param>
    /// <param name="chain">The chain that comes.</param>
    /// <param name="former">The chains before it, the last one first.</param>
    internal static void Write(Span<byte> place, DesiredChain chain, IEnumerable<FormerChain> former)
    {
        place[..Size].Clear();
        var own = chain.Stages.Select(stage => stage.Feature).ToList();
        var kept = former
            .Where(other => other.Key != chain.Key && other.Key != 0)
            .DistinctBy(other => other.Key)
            .Take(Abi.Chain.Formers);
        foreach (var (index, other) in kept.Index())
        {
            var at = place.Slice(index * Abi.Chain.FormerSize, Abi.Chain.FormerSize);
            BinaryPrimitives.WriteUInt32LittleEndian(at, other.Key);
            at[Abi.Chain.FormerSlots..].Fill(Abi.Chain.NoSlot);
            for (var slot = 0; slot < other.Features.Length; slot++)
            {
                var now = other.Features[slot] is { } feature ? own.IndexOf(feature) : -1;
                at[Abi.Chain.FormerSlots + slot] = now < 0 ? Abi.Chain.NoSlot : (byte)now;
            }
        }
    }

    /// <summary>Reads them.</summary>
    /// <param name="place">Where they are.</param>
    /// <param name="features">The features of the chain after them, by slot.</param>
    internal static ImmutableArray<FormerChain> Read(ReadOnlySpan<byte> place, IReadOnlyList<string> features)
    {
        var former = ImmutableArray.CreateBuilder<FormerChain>();
        for (var at = place[..Size]; !at.IsEmpty; at = at[Abi.Chain.FormerSize..])
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(at) is var key and not 0)
            {
                var slots = at.Slice(Abi.Chain.FormerSlots, Abi.Stages).ToArray();
                former.Add(
                    new FormerChain(key, [.. slots.Select(slot => slot < features.Count ? features[slot] : null)])
                );
            }
        }

        return former.ToImmutable();
    }
}
