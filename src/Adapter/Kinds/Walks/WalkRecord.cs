using System.Buffers.Binary;
using System.Text;
using NetEdit.Adapter.Maps;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary><c>struct netedit_walk</c>: what a live program is told before a walk and tells after it. A test compares the layout.</summary>
internal sealed class WalkRecord
{
    internal const int Size = Values + Abi.NameBytes;
    internal const int Cgroup = 0;
    internal const int Level = 8;
    internal const int Chain = 12;
    internal const int Depth = 16;
    internal const int Again = 20;
    internal const int Slots = 24;
    internal const int Changed = Slots + Abi.Stages;
    internal const int Tuned = Changed + (4 * sizeof(ulong));
    internal const int Released = Tuned + (Abi.Stages * sizeof(ulong));
    internal const int Errors = Released + (Abi.Stages * sizeof(ulong));
    internal const int Errnos = 134;
    internal const int Rules = Errors + (Errnos * sizeof(ulong)) + (2 * sizeof(ulong));
    internal const int Values = Rules + Abi.NameBytes;

    private readonly byte[] _bytes;

    internal WalkRecord(byte[] bytes) => _bytes = bytes;

    internal ReadOnlySpan<byte> Bytes => _bytes;

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
        Array.Clear(_bytes);
        for (var slot = 0; slot < Abi.Stages; slot++)
        {
            var index = target is null || slot >= features.Count ? -1 : target.Features.IndexOf(features[slot]);
            _bytes[Slots + slot] = index < 0 ? Abi.Chain.NoSlot : (byte)index;
        }

        if (target is not null)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(Cgroup), target.CgroupId);
            BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(Level), target.Depth);
            BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(Chain), target.Key);
            BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(Depth), target.Depth);
        }

        _bytes[Again] = again ? (byte)1 : (byte)0;
    }

    /// <summary>Sockets the stage in a slot changed.</summary>
    internal long TunedBy(int slot) => Number(Tuned + (slot * sizeof(ulong)));

    /// <summary>Sockets whose change the stage in a slot took back.</summary>
    internal long ReleasedBy(int slot) => Number(Released + (slot * sizeof(ulong)));

    /// <summary>Refused settings by errno; 0 stands for numbers that have no place.</summary>
    internal long Refused(int errno) => Number(Errors + (errno * sizeof(ulong)));

    /// <summary>Sockets that were changed, unchanged, skipped and failed.</summary>
    internal (long Changed, long Unchanged, long Skipped, long Failed) Sockets =>
        (
            Number(Changed),
            Number(Changed + sizeof(ulong)),
            Number(Changed + (2 * sizeof(ulong))),
            Number(Changed + (3 * sizeof(ulong)))
        );

    private long Number(int offset) => BinaryPrimitives.ReadInt64LittleEndian(_bytes.AsSpan(offset));

    private string Text(int offset) => Encoding.ASCII.GetString(_bytes, offset, Abi.NameBytes).TrimEnd('\0');
}

/// <summary>The chain whose rules hold after a walk.</summary>
/// <param name="Key">Its key.</param>
/// <param name="CgroupId">The cgroup of its scope.</param>
/// <param name="Depth">Path segments of its scope.</param>
/// <param name="Features">Its features by slot.</param>
internal sealed record WalkTarget(uint Key, ulong CgroupId, uint Depth, List<string> Features)
{
    internal static WalkTarget Of(DesiredChain chain) =>
        new(
            chain.Key,
            chain.CgroupId,
            ChainRecord.Depth(chain.Scope),
            [.. chain.Stages.Select(stage => stage.Feature)]
        );
}
