using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using NetEdit.Model;

namespace NetEdit.Adapter.Maps;

/// <summary>The fields of <c>struct netedit_state</c>.</summary>
internal static class StateRecord
{
    /// <summary>Counts the switches of rules.</summary>
    internal static uint ReadGeneration(ReadOnlySpan<byte> state) =>
        BinaryPrimitives.ReadUInt32LittleEndian(state[Abi.State.Generation..]);

    /// <summary>Which connections get a record; each, by a version that knows nothing else.</summary>
    internal static RecordMode ReadRecords(ReadOnlySpan<byte> state) =>
        state.Length > Abi.State.Records ? (RecordMode)state[Abi.State.Records] : RecordMode.All;

    /// <summary>What is paused; reads the shorter records of former layouts too, whose fields are where they were.</summary>
    internal static ImmutableSortedSet<string> ReadPauses(ReadOnlySpan<byte> state)
    {
        var pauses = ImmutableSortedSet.CreateBuilder<string>(StringComparer.Ordinal);
        if (state.Length > Abi.State.Paused && state[Abi.State.Paused] != 0)
        {
            pauses.Add(PauseTarget.Everything);
        }

        if (state.Length >= Abi.State.Listeners)
        {
            pauses.UnionWith(ReadTargets(state));
        }

        return pauses.ToImmutable();
    }

    /// <summary>
    /// Writes pauses into a state that programs may be reading: what is paused before and after stays paused at every moment,
    /// because a target keeps its slot or is copied to another one before its old slot is given up.
    /// </summary>
    /// <exception cref="BpfException">They are too many, or one is too long; nothing was written.</exception>
    internal static void WritePauses(Span<byte> state, ImmutableSortedSet<string> pauses)
    {
        var targets = pauses.Remove(PauseTarget.Everything);
        if (targets.Count > PauseTarget.Most)
        {
            throw new BpfException(
                $"could not pause {targets.Count} features and policies: the limit is "
                    + $"{PauseTarget.Most}; pause fewer, or everything"
            );
        }

        if (targets.FirstOrDefault(target => Encoding.UTF8.GetByteCount(target) >= Abi.State.NameBytes) is { } tooLong)
        {
            throw new BpfException($"'{tooLong}' is longer than {Abi.State.NameBytes - 1} bytes");
        }

        // Everything is paused first and resumed last.
        ref var everything = ref state[Abi.State.Paused];
        if (pauses.Contains(PauseTarget.Everything))
        {
            Volatile.Write(ref everything, 1);
        }

        var slots = ReadTargets(state);
        var added = new Queue<string>(targets.Except(slots));
        for (var slot = slots.Count - 1; slot >= 0; slot--)
        {
            if (targets.Contains(slots[slot]) && slots.IndexOf(slots[slot]) == slot)
            {
                continue;
            }

            // A slot that is given up takes one that was added, or the last one, which is given up in its place.
            var last = slots.Count - 1;
            if (added.TryDequeue(out var next))
            {
                WriteTarget(state, slot, next);
                slots[slot] = next;
                continue;
            }

            if (slot != last)
            {
                WriteTarget(state, slot, slots[last]);
                slots[slot] = slots[last];
            }

            slots.RemoveAt(last);
            ClearTarget(state, last);
            Volatile.Write(ref state[Abi.State.Pauses], (byte)slots.Count);
        }

        while (added.TryDequeue(out var next))
        {
            WriteTarget(state, slots.Count, next);
            slots.Add(next);
            Volatile.Write(ref state[Abi.State.Pauses], (byte)slots.Count);
        }

        if (!pauses.Contains(PauseTarget.Everything))
        {
            Volatile.Write(ref everything, 0);
        }
    }

    private static List<string> ReadTargets(ReadOnlySpan<byte> state)
    {
        var targets = new List<string>();
        for (var slot = 0; slot < Math.Min((int)state[Abi.State.Pauses], PauseTarget.Most); slot++)
        {
            var name = Name(state, slot);
            targets.Add(Encoding.UTF8.GetString(name[..Math.Max(0, name.IndexOf((byte)0))]));
        }

        return targets;
    }

    private static void WriteTarget(Span<byte> state, int slot, string target)
    {
        var name = state.Slice(Abi.State.PausedNames + (slot * Abi.State.NameBytes), Abi.State.NameBytes);
        name.Clear();
        Encoding.UTF8.GetBytes(target, name);
        Volatile.Write(ref Id(state, slot), Identity.PauseId(target));
    }

    /* Programs look at all ids, and take 0 for none. */
    private static void ClearTarget(Span<byte> state, int slot)
    {
        Volatile.Write(ref Id(state, slot), 0);
        state.Slice(Abi.State.PausedNames + (slot * Abi.State.NameBytes), Abi.State.NameBytes).Clear();
    }

    private static ref ulong Id(Span<byte> state, int slot) =>
        ref MemoryMarshal.Cast<byte, ulong>(state[Abi.State.PausedIds..])[slot];

    private static ReadOnlySpan<byte> Name(ReadOnlySpan<byte> state, int slot) =>
        state.Slice(Abi.State.PausedNames + (slot * Abi.State.NameBytes), Abi.State.NameBytes);
}
