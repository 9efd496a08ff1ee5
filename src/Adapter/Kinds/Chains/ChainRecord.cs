using System.Buffers.Binary;
using System.Collections.Immutable;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Maps;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>The read-only data of a chain (<c>struct netedit_chain</c>): what a program is, readable from the kernel alone.</summary>
/// <param name="Key">The key of its rules; 0 in a program that several scopes may share.</param>
/// <param name="Scope">Path of its scope; empty in a program that several scopes may share.</param>
/// <param name="Digest">Digest of the program.</param>
/// <param name="Features">The features by slot.</param>
internal sealed record ChainRecord(uint Key, string Scope, string Digest, ImmutableArray<string> Features)
{
    /// <summary>Id of the ledger it belongs to; 0 where a former version made it.</summary>
    internal ulong Ledger { get; private init; }

    /// <summary>Path segments of its scopes.</summary>
    internal uint Depth { get; private init; }

    /// <summary>Which stages it has, of which code (<see cref="Identity.ProgramId"/>); 0 where a former version made it.</summary>
    internal ulong Program { get; private init; }

    /// <summary>Whether scopes of its depth may share it.</summary>
    internal bool IsShared => Key == 0;

    /// <summary>The record of the program of a chain that scopes of the same depth and stages share.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="digest">Digest of the program.</param>
    /// <param name="ledger">Id of its ledger.</param>
    internal static byte[] EncodeShared(DesiredChain chain, string digest, ulong ledger)
    {
        var bytes = Encode(chain, digest, ledger);
        bytes.AsSpan(Abi.Chain.Key, sizeof(uint)).Clear();
        bytes.AsSpan(Abi.Chain.Scope, Abi.PathBytes).Clear();
        return bytes;
    }

    /// <summary>The record of the program of one chain.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="digest">Digest of the program.</param>
    /// <param name="ledger">Id of its ledger.</param>
    internal static byte[] Encode(DesiredChain chain, string digest, ulong ledger)
    {
        var bytes = new byte[Abi.Chain.Size];
        var all = SockopsOperationsOf(chain);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(Abi.Chain.Key), chain.Key);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(Abi.Chain.Program), Identity.ProgramId(chain.Stages));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(Abi.Chain.Operations), all);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(Abi.Chain.Depth), DepthOf(chain.Scope));
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
        var key = BinaryPrimitives.ReadUInt32LittleEndian(bytes[Abi.Chain.Key..]);
        var program =
            bytes.Length == Abi.Chain.Size ? BinaryPrimitives.ReadUInt64LittleEndian(bytes[Abi.Chain.Program..]) : 0;
        return scope.StartsWith('/') || (scope.Length == 0 && key == 0 && program != 0)
            ? new ChainRecord(
                key,
                scope,
                FixedText.Read(bytes.Slice(Abi.Chain.Digest, Abi.NameBytes)),
                features.ToImmutable()
            )
            {
                Depth = BinaryPrimitives.ReadUInt32LittleEndian(bytes[Abi.Chain.Depth..]),
                Program = program,
                Ledger =
                    bytes.Length >= Abi.Chain.Program
                        ? BinaryPrimitives.ReadUInt64LittleEndian(bytes[Abi.Chain.Ledger..])
                        : 0,
            }
            : null;
    }

    /// <summary>Path segments of a scope; the whole host has none.</summary>
    internal static uint DepthOf(string scope) => (uint)scope.Split('/', StringSplitOptions.RemoveEmptyEntries).Length;

    /* Establishment is always looked at, where connections are counted, and so is the end of those that are measured. */
    private static uint SockopsOperationsOf(DesiredChain chain) =>
        chain.Stages.Aggregate(
            (uint)(
                Bpf.SockopsOperations.Established | Bpf.SockopsOperations.StateChange | Bpf.SockopsOperations.Listen
            ),
            (all, stage) => all | (uint)stage.Program.Operations
        );
}
