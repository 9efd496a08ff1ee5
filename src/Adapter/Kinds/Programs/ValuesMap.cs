using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Maps;
using NetEdit.Adapter.Objects;

namespace NetEdit.Adapter.Kinds;

/// <summary>The map <c>netedit_values</c> of a program, with its only entry. Another version's may be longer: structures grow at their end only.</summary>
internal sealed class ValuesMap(KernelMap map, int size) : IDisposable
{
    private const string Name = "netedit_values";

    private static ReadOnlySpan<byte> OnlyKey => [0, 0, 0, 0];

    /// <summary>The map of an object that is loaded.</summary>
    /// <exception cref="BpfException">It has none: it does not include <c>netedit/program.h</c>.</exception>
    internal static ValuesMap Of(LoadedObject loaded)
    {
        var id = KernelInfo.MapId(LibBpf.bpf_map__fd(loaded.Map(Name)));
        return new ValuesMap(
            new KernelMap(Name, KernelHandle.Of(LibBpf.bpf_map_get_fd_by_id(id), $"open the map {Name}")),
            Abi.Values.Size
        );
    }

    /// <summary>The map of a program; null when it has none that this version can read.</summary>
    internal static ValuesMap? TryOf(ProgramInfo program)
    {
        foreach (var id in program.MapIds)
        {
            var size = 0;
            var handle = KernelHandle
                .Of(LibBpf.bpf_map_get_fd_by_id(id), $"open the map {id}")
                .DisposeUnless(map =>
                    KernelInfo.Map(map) is { Name: Name } info && (size = (int)info.ValueSize) >= Abi.Values.Size
                );
            if (handle is not null)
            {
                return new ValuesMap(new KernelMap(Name, handle), size);
            }
        }

        return null;
    }

    /// <summary>What it holds; null when it is not filled yet.</summary>
    internal AttachmentRecord? Read()
    {
        var entry = new byte[size];
        return map.TryLookup(OnlyKey, entry) ? AttachmentRecord.Decode(entry) : null;
    }

    /// <summary>Writes a record, as a whole.</summary>
    internal void Write(AttachmentRecord record)
    {
        var entry = new byte[size];
        _ = map.TryLookup(OnlyKey, entry);
        record.Encode(entry);
        map.Update(OnlyKey, entry);
    }

    public void Dispose() => map.Dispose();
}
