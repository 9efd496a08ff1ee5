using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using NetEdit.Adapter.Maps;
using NetEdit.State;

namespace NetEdit.Adapter.Chains;

/// <summary>The read-only data of a chain (<c>struct netedit_chain</c>): what a program is, readable from the kernel alone.</summary>
internal sealed record ChainRecord(uint Key, string Scope, string Digest, ImmutableArray<string> Features)
{
    /// <summary>The record of a chain, as the program holds it.</summary>
    internal static byte[] Encode(DesiredChain chain, string digest)
    {
        var bytes = new byte[Abi.Chain.Size];
        var all = SockopsOperationsOf(chain);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(Abi.Chain.Key), chain.Key);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(Abi.Chain.Operations), all);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(Abi.Chain.Depth), Depth(chain.Scope));
        for (var slot = 0; slot < chain.Stages.Length; slot++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(Abi.Chain.StageOperations + (slot * sizeof(uint))), (uint)chain.Stages[slot].Program.Operations);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(Abi.Chain.FeatureIds + (slot * sizeof(ulong))), Identity.PauseId(PauseTarget.Feature(chain.Stages[slot].Feature)));
            WriteText(bytes.AsSpan(Abi.Chain.Features + (slot * Abi.NameBytes), Abi.NameBytes), chain.Stages[slot].Feature);
        }

        WriteText(bytes.AsSpan(Abi.Chain.Scope, Abi.PathBytes), chain.Scope);
        WriteText(bytes.AsSpan(Abi.Chain.Digest, Abi.NameBytes), digest);
        return bytes;
    }

    /// <summary>Reads a record; null when it is not one of this layout.</summary>
    internal static ChainRecord? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Abi.Chain.Size)
        {
            return null;
        }

        var features = ImmutableArray.CreateBuilder<string>();
        for (var slot = 0; slot < Abi.Stages; slot++)
        {
            var name = ReadText(bytes.Slice(Abi.Chain.Features + (slot * Abi.NameBytes), Abi.NameBytes));
            if (name.Length == 0)
            {
                break;
            }

            features.Add(name);
        }

        var scope = ReadText(bytes.Slice(Abi.Chain.Scope, Abi.PathBytes));
        return scope.StartsWith('/')
            ? new ChainRecord(BinaryPrimitives.ReadUInt32LittleEndian(bytes[Abi.Chain.Key..]), scope, ReadText(bytes.Slice(Abi.Chain.Digest, Abi.NameBytes)), features.ToImmutable())
            : null;
    }

    /// <summary>Path segments of a scope; the whole host has none.</summary>
    internal static uint Depth(string scope) => (uint)scope.Split('/', StringSplitOptions.RemoveEmptyEntries).Length;

    /* Establishment is always looked at: there connections are counted. */
    private static uint SockopsOperationsOf(DesiredChain chain) =>
        chain.Stages.Aggregate((uint)Bpf.SockopsOperations.Established, (all, stage) => all | (uint)stage.Program.Operations);

    private static void WriteText(Span<byte> field, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length >= field.Length)
        {
            throw new BpfException($"'{text}' is longer than {field.Length - 1} bytes");
        }

        bytes.CopyTo(field);
    }

    private static string ReadText(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }
}
