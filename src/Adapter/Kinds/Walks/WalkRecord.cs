using System.Buffers.Binary;
using System.Text;
using NetEdit.Adapter.Maps;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary><c>struct netedit_walk</c>: what a live program is told of a scope before a walk and tells after it. A test compares the layout.</summary>
internal sealed class WalkRecord
{
    internal const int Size = Scope + Abi.PathBytes;
    internal const int Key = 0;
    internal const int Chain = 4;
    internal const int Depth = 8;
    internal const int On = 12;
    internal const int Again = 13;
    internal const int Slots = 16;
    internal const int Former = Slots + Abi.Stages;
    internal const int Changed = Former + (Abi.Chain.Formers * Abi.Chain.FormerSize);
    internal const int Tuned = Changed + (4 * sizeof(ulong));
    internal const int Released = Tuned + (Abi.Stages * sizeof(uint));
    internal const int Errors = Released + (Abi.Stages * sizeof(uint));
    internal const int Errnos = 134;
    internal const int Rules = Errors + (Errnos * sizeof(uint));
    internal const int Values = Rules + Abi.NameBytes;
    internal const int Scope = Values + Abi.NameBytes;

    private readonly byte[] _bytes;

    internal WalkRecord(byte[] bytes) => _bytes = bytes;

    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Key of the program's chain in the scope.</summary>
    internal uint ChainKey => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(Key));

    /// <summary>Path of the scope.</summary>
    internal string Path => FixedText.Read(_bytes.AsSpan(Scope, Abi.PathBytes));

    /// <summary>The record of a scope of which nothing was walked.</summary>
    /// <param name="chain">Its chain.</param>
    /// <param name="former">Chains by whose slots sockets of the scope may remember what was applied, the last one first.</param>
    internal static WalkRecord Of(DesiredChain chain, IEnumerable<FormerChain> former)
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(Key), chain.Key);
        FormerRecord.Write(bytes.AsSpan(Former), chain, former);
        FixedText.Write(bytes.AsSpan(Scope, Abi.PathBytes), chain.Scope);
        return new WalkRecord(bytes);
    }

    /// <summary>What the last complete walk brought about.</summary>
    internal WalkedState Walked
    {
        get => new(Text(Rules), Text(Values));
        set
        {
            _bytes.AsSpan(Rules, 2 * Abi.NameBytes).Clear();
            Encoding.ASCII.GetBytes(value.Rules, _bytes.AsSpan(Rules, Abi.NameBytes - 1));
            Encoding.ASCII.GetBytes(value.Values, _bytes.AsSpan(Values, Abi.NameBytes - 1));
        }
    }

    /// <summary>Sets what the next walk is for and clears what the last one counted; nothing was walked until it is complete.</summary>
    internal void Begin(WalkTarget? target, IReadOnlyList<string> features, bool again)
    {
        _bytes.AsSpan(Chain, Former - Chain).Clear();
        _bytes.AsSpan(Changed, Scope - Changed).Clear();
        for (var slot = 0; slot < Abi.Stages; slot++)
        {
            var index = target is null || slot >= features.Count ? -1 : target.Features.IndexOf(features[slot]);
            _bytes[Slots + slot] = index < 0 ? Abi.Chain.NoSlot : (byte)index;
        }

        if (target is not null)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(Chain), target.Key);
            BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(Depth), target.Depth);
        }

        _bytes[Again] = again ? (byte)1 : (byte)0;
        _bytes[On] = 1;
    }

    /// <summary>Ends the walk over this scope.</summary>
    /// <param name="walked">What it brought about.</param>
    internal void End(WalkedState walked)
    {
        _bytes[On] = 0;
        Walked = walked;
    }

    /// <summary>Sockets the stage in a slot changed.</summary>
    internal long TunedBy(int slot) => Count(Tuned + (slot * sizeof(uint)));

    /// <summary>Sockets whose change the stage in a slot took back.</summary>
    internal long ReleasedBy(int slot) => Count(Released + (slot * sizeof(uint)));

    /// <summary>Refused settings by errno; 0 stands for numbers that have no place.</summary>
    internal long Refused(int errno) => Count(Errors + (errno * sizeof(uint)));

    /// <summary>Sockets that were changed, unchanged, skipped and failed.</summary>
    internal (long Changed, long Unchanged, long Skipped, long Failed) Sockets =>
        (
            Number(Changed),
            Number(Changed + sizeof(ulong)),
            Number(Changed + (2 * sizeof(ulong))),
            Number(Changed + (3 * sizeof(ulong)))
        );

    private long Count(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(offset));

    private long Number(int offset) => BinaryPrimitives.ReadInt64LittleEndian(_bytes.AsSpan(offset));

    private string Text(int offset) => Encoding.ASCII.GetString(_bytes, offset, Abi.NameBytes).TrimEnd('\0');
}

/// <summary>The chain whose rules hold after a walk.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Depth">Path segments of its scope.</param>
/// <param name="Features">Its features by slot.</param>
internal sealed record WalkTarget(uint Key, uint Depth, List<string> Features)
{
    internal static WalkTarget Of(DesiredChain chain) =>
        new(chain.Key, ChainRecord.DepthOf(chain.Scope), [.. chain.Stages.Select(stage => stage.Feature)]);
}

/// <summary>A walk over the sockets of one scope.</summary>
/// <param name="Cgroup">Id of the scope's cgroup.</param>
/// <param name="Record">What the program has of the scope.</param>
/// <param name="Target">The chain whose rules hold from now on; null when there is none.</param>
/// <param name="Again">Whether sockets may have been tuned by other values than their profile has now.</param>
/// <param name="Walked">What to remember once every socket was seen.</param>
internal sealed record ScopeWalk(ulong Cgroup, WalkRecord Record, WalkTarget? Target, bool Again, WalkedState Walked);
