using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NetEdit.Adapter.Interop;

namespace NetEdit.Adapter.Maps;

/// <summary><c>enum netedit_records</c>: which tuned connections get a record.</summary>
internal enum RecordMode : byte
{
    /// <summary>Each.</summary>
    All,

    /// <summary>Those whose tuning does not follow from the rules.</summary>
    Needed,

    /// <summary>Each, and a walk makes those of connections that have none.</summary>
    Made,
}

/// <summary>
/// The element of <c>netedit_state</c>, mapped into memory. Each field is written by itself, so a pass that switches rules and a
/// kill switch that pauses tuning, in two processes at once, never write each other's old value back.
/// </summary>
internal sealed unsafe class StateMap : IDisposable
{
    private readonly byte* _start;

    /// <summary>Maps the element of a map.</summary>
    /// <param name="map">The map, made with <c>BPF_F_MMAPABLE</c> (5.5). It need not stay open.</param>
    /// <exception cref="BpfException">The map cannot be mapped.</exception>
    internal StateMap(KernelMap map)
    {
        var address = LibC.mmap(0, Abi.State.Size, LibC.ProtectionReadWrite, LibC.MapShared, map.Handle.Fd, 0);
        if (address == -1)
        {
            throw BpfError.Create($"map {map.Name} into memory", Marshal.GetLastPInvokeError());
        }

        _start = (byte*)address;
    }

    /// <summary>Counts the switches of rules.</summary>
    internal uint Generation
    {
        get => Volatile.Read(ref *(uint*)(_start + Abi.State.Generation));
        set => Volatile.Write(ref *(uint*)(_start + Abi.State.Generation), value);
    }

    /// <summary>Which tuned connections get a record.</summary>
    internal RecordMode Records
    {
        get => (RecordMode)Volatile.Read(ref _start[Abi.State.Records]);
        set
        {
            if (value == RecordMode.Needed)
            {
                /* What programs remember of scopes is of the time before. */
                Volatile.Write(ref _start[Abi.State.Times], unchecked((byte)(_start[Abi.State.Times] + 1)));
            }

            Volatile.Write(ref _start[Abi.State.Records], (byte)value);
        }
    }

    /// <summary>Whether what all connections to a port get may be set on its listeners.</summary>
    internal bool Listeners
    {
        get => Volatile.Read(ref _start[Abi.State.Listeners]) != 0;
        set => Volatile.Write(ref _start[Abi.State.Listeners], value ? (byte)1 : (byte)0);
    }

    /// <summary>What is paused. What is paused before and after a write is paused during it.</summary>
    /// <exception cref="BpfException">They are too many, or one is too long.</exception>
    internal ImmutableSortedSet<string> Pauses
    {
        get => StateRecord.ReadPauses(Element);
        set => StateRecord.WritePauses(Element, value);
    }

    /// <summary>Fills a new element.</summary>
    /// <param name="generation">The first generation of its rules.</param>
    /// <param name="pauses">What is paused from the start.</param>
    /// <param name="seed">Seed of the hash that draws one of two profiles.</param>
    internal void Start(uint generation, ImmutableSortedSet<string> pauses, ReadOnlySpan<byte> seed)
    {
        seed.CopyTo(Element[Abi.State.Seed..]);
        Pauses = pauses;
        Generation = generation;
        /* Before the first rules a walk looks for marks of an earlier time. */
        Records = RecordMode.Made;
    }

    public void Dispose() => _ = LibC.munmap((nint)_start, Abi.State.Size);

    private Span<byte> Element => new(_start, Abi.State.Size);
}
