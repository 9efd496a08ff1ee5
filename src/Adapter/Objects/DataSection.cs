using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Maps;

namespace NetEdit.Adapter.Objects;

/// <summary>Global variables of a loaded object: the map's own BTF names them.</summary>
internal static unsafe class DataSection
{
    private const uint CountMask = 0xffff;

    /// <summary>The 8-byte variables of a data section, by name.</summary>
    internal static ImmutableSortedDictionary<string, ulong> ReadCounters(KernelHandle map)
    {
        var info = KernelInfo.Map(map);
        var value = new byte[info.ValueSize];
        if (
            !new KernelMap(info.Name, map).TryLookup(BitConverter.GetBytes(0u), value)
            || LibBpf.btf__load_from_kernel_by_id(info.BtfId) is not (var btf and not 0)
        )
        {
            return ImmutableSortedDictionary<string, ulong>.Empty;
        }

        try
        {
            var counters = ImmutableSortedDictionary.CreateBuilder<string, ulong>(StringComparer.Ordinal);
            var section = LibBpf.btf__type_by_id(btf, info.BtfValueType);
            var variables = (LibBpf.BtfVariable*)(section + 1);
            for (var index = 0; index < (section->Info & CountMask); index++)
            {
                if (variables[index].Size == sizeof(ulong))
                {
                    var name = LibBpf.btf__name_by_offset(
                        btf,
                        LibBpf.btf__type_by_id(btf, variables[index].Type)->NameOffset
                    );
                    counters[Marshal.PtrToStringUTF8(name)!] = BitConverter.ToUInt64(
                        value,
                        (int)variables[index].Offset
                    );
                }
            }

            return counters.ToImmutable();
        }
        finally
        {
            LibBpf.btf__free(btf);
        }
    }
}
