using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using NetEdit.State;

namespace NetEdit.Adapter.Maps;

/// <summary>The fields of <c>struct netedit_state</c>.</summary>
internal static class StateRecord
{
    /// <summary>Counts the switches of rules.</summary>
    internal static uint ReadGeneration(ReadOnlySpan<byte> state) => BinaryPrimitives.ReadUInt32LittleEndian(state[Abi.State.Generation..]);

    /// <summary>Puts a generation into a state.</summary>
    internal static void WriteGeneration(Span<byte> state, uint generation) => BinaryPrimitives.WriteUInt32LittleEndian(state[Abi.State.Generation..], generation);

    /// <summary>What is paused; reads the shorter records of former layouts too, whose fields are where they were.</summary>
    internal static ImmutableSortedSet<string> ReadPauses(ReadOnlySpan<byte> state)
    {
        var pauses = ImmutableSortedSet.CreateBuilder<string>(StringComparer.Ordinal);
        if (state.Length > Abi.State.Paused && state[Abi.State.Paused] != 0)
        {
            pauses.Add(PauseTarget.Everything);
        }

        if (state.Length >= Abi.State.Size)
        {
            for (var index = 0; index < Math.Min((int)state[Abi.State.Pauses], PauseTarget.Most); index++)
            {
                var name = state.Slice(Abi.State.PausedNames + (index * Abi.State.NameBytes), Abi.State.NameBytes);
                pauses.Add(Encoding.UTF8.GetString(name[..Math.Max(0, name.IndexOf((byte)0))]));
            }
        }

        return pauses.ToImmutable();
    }

    /// <summary>Puts pauses into a state.</summary>
    /// <exception cref="BpfException">They are too many, or one is too long.</exception>
    internal static void WritePauses(Span<byte> state, ImmutableSortedSet<string> pauses)
    {
        var targets = pauses.Remove(PauseTarget.Everything);
        if (targets.Count > PauseTarget.Most)
        {
            throw new BpfException($"{targets.Count} features and policies are to be paused, the most is {PauseTarget.Most}: pause everything, or fewer");
        }

        state[Abi.State.Paused] = pauses.Contains(PauseTarget.Everything) ? (byte)1 : (byte)0;
        state[Abi.State.Pauses] = (byte)targets.Count;
        state[Abi.State.PausedIds..].Clear();
        var index = 0;
        foreach (var target in targets)
        {
            var name = Encoding.UTF8.GetBytes(target);
            if (name.Length >= Abi.State.NameBytes)
            {
                throw new BpfException($"'{target}' is longer than {Abi.State.NameBytes - 1} bytes");
            }

            BitConverter.TryWriteBytes(state[(Abi.State.PausedIds + (index * sizeof(ulong)))..], Identity.PauseId(target));
            name.CopyTo(state[(Abi.State.PausedNames + (index * Abi.State.NameBytes))..]);
            index++;
        }
    }
}
