using System.Runtime.InteropServices;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Maps;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>The map of the ranges of a rule table. It follows from the rules, so nobody reads it back.</summary>
internal static unsafe class RangeMap
{
    internal const string Name = "netedit_range_t";

    /// <summary>Builds and freezes the map; null where no group of rules has so many IPv4 peers.</summary>
    internal static KernelMap? TryBuild(RuleTable table)
    {
        var entries = MemoryMarshal.AsBytes(RangeTable.Build(table));
        if (entries.IsEmpty)
        {
            return null;
        }

        var options = new LibBpf.MapCreateOptions
        {
            Size = (nuint)sizeof(LibBpf.MapCreateOptions),
            MapFlags = Interop.Bpf.Mmapable | Interop.Bpf.InnerMap,
        };
        var count = (uint)(entries.Length / Abi.Range.Size);
        var made = new KernelMap(
            Name,
            KernelHandle.Of(
                LibBpf.bpf_map_create(Interop.Bpf.MapTypeArray, Name, sizeof(uint), Abi.Range.Size, count, &options),
                $"create the map {Name} of {count} entries"
            )
        );
        try
        {
            Fill(made, entries);
            made.Freeze();
            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    /// <summary>Writes all entries at once, through memory.</summary>
    private static void Fill(KernelMap map, ReadOnlySpan<byte> entries)
    {
        var length = (nuint)entries.Length;
        var address = LibC.mmap(0, length, LibC.ProtectionReadWrite, LibC.MapShared, map.Handle.Fd, 0);
        if (address == -1)
        {
            throw BpfError.Create($"map {Name} into memory", Marshal.GetLastPInvokeError());
        }

        entries.CopyTo(new Span<byte>((void*)address, entries.Length));
        _ = LibC.munmap(address, length); // the kernel does not freeze what somebody can write
    }
}
