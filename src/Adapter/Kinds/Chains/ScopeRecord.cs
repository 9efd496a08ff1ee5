using System.Buffers.Binary;
using System.Collections.Immutable;
using NetEdit.Adapter.Maps;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>What a scope has of its own (<c>struct netedit_scope</c>), while its program may be that of many.</summary>
internal static class ScopeRecord
{
    /// <summary>The record of a scope whose chain comes.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="former">Chains by whose slots sockets of the scope may remember what was applied, the last one first.</param>
    /// <param name="before">The record of the scope before, and the program that is attached until this chain is; null when there is none.</param>
    internal static byte[] Encode(
        DesiredChain chain,
        IEnumerable<FormerChain> former,
        (byte[] Record, ulong Program)? before
    )
    {
        var bytes = new byte[Abi.Scope.Size];
        var program = Identity.ProgramId(chain.Stages);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(Abi.ScopeChain.Program), program);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(Abi.ScopeChain.Key), chain.Key);
        FormerRecord.Write(bytes.AsSpan(Abi.ScopeChain.Former), chain, former);
        FixedText.Write(bytes.AsSpan(Abi.Scope.Path, Abi.PathBytes), chain.Scope);
        if (before is { } earlier && earlier.Program != program)
        {
            Find(earlier.Record, earlier.Program).CopyTo(bytes.AsSpan(Abi.ScopeChain.Size));
        }

        return bytes;
    }

    /// <summary>Path of the scope.</summary>
    internal static string PathOf(ReadOnlySpan<byte> bytes) =>
        FixedText.Read(bytes.Slice(Abi.Scope.Path, Abi.PathBytes));

    /// <summary>Key of the rules of a program in the scope, 0 when it is not there; and the chains before it.</summary>
    /// <param name="bytes">The record.</param>
    /// <param name="program">The program.</param>
    internal static (uint Key, ImmutableArray<FormerChain> Former) ChainOf(
        ReadOnlySpan<byte> bytes,
        ChainRecord program
    ) =>
        Find(bytes, program.Program) is { IsEmpty: false } chain
            ? (
                BinaryPrimitives.ReadUInt32LittleEndian(chain[Abi.ScopeChain.Key..]),
                FormerRecord.Read(chain[Abi.ScopeChain.Former..], program.Features)
            )
            : (0, []);

    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> bytes, ulong program)
    {
        for (var index = 0; index < Abi.Scope.Chains; index++)
        {
            var chain = bytes.Slice(index * Abi.ScopeChain.Size, Abi.ScopeChain.Size);
            if (program != 0 && BinaryPrimitives.ReadUInt64LittleEndian(chain) == program)
            {
                return chain;
            }
        }

        return [];
    }
}
