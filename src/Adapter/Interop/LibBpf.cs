using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace NetEdit.Adapter.Interop;

/// <summary>
/// libbpf 1.x, as its headers declare it. Integer results are -errno; pointer results are null with errno set. The full
/// name is needed: a bare <c>libbpf</c> resolves only where the -dev package is installed.
/// </summary>
internal static unsafe partial class LibBpf
{
    private const string Library = "libbpf.so.1";

    [LibraryImport(Library)]
    internal static partial nint libbpf_set_print(delegate* unmanaged[Cdecl]<int, nint, nint, int> print);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint bpf_object__open_mem(byte* image, nuint size, OpenOptions* options);

    [LibraryImport(Library)]
    internal static partial int bpf_object__load(nint loaded);

    [LibraryImport(Library)]
    internal static partial void bpf_object__close(nint loaded);

    [LibraryImport(Library)]
    internal static partial nint bpf_object__next_map(nint loaded, nint previous);

    [LibraryImport(Library)]
    internal static partial nint bpf_object__next_program(nint loaded, nint previous);

    [LibraryImport(Library)]
    internal static partial nint bpf_map__name(nint map);

    [LibraryImport(Library)]
    internal static partial int bpf_map__type(nint map);

    [LibraryImport(Library)]
    internal static partial uint bpf_map__key_size(nint map);

    [LibraryImport(Library)]
    internal static partial uint bpf_map__value_size(nint map);

    [LibraryImport(Library)]
    internal static partial uint bpf_map__max_entries(nint map);

    [LibraryImport(Library)]
    internal static partial uint bpf_map__map_flags(nint map);

    [LibraryImport(Library)]
    internal static partial nint bpf_map__inner_map(nint map);

    [LibraryImport(Library)]
    internal static partial int bpf_map__fd(nint map);

    [LibraryImport(Library)]
    internal static partial int bpf_map__reuse_fd(nint map, int fd);

    [LibraryImport(Library)]
    internal static partial int bpf_map__set_map_flags(nint map, uint flags);

    [LibraryImport(Library)]
    internal static partial int bpf_map__set_initial_value(nint map, void* data, nuint size);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint bpf_map__attach_struct_ops(nint map);

    [LibraryImport(Library)]
    internal static partial int bpf_link__fd(nint link);

    [LibraryImport(Library)]
    internal static partial void bpf_link__disconnect(nint link);

    [LibraryImport(Library)]
    internal static partial int bpf_link__destroy(nint link);

    [LibraryImport(Library)]
    internal static partial int bpf_program__fd(nint program);

    [LibraryImport(Library)]
    internal static partial int bpf_program__set_autoload(nint program, byte autoload);

    [LibraryImport(Library)]
    internal static partial byte bpf_program__autoload(nint program);

    [LibraryImport(Library)]
    internal static partial nint bpf_program__name(nint program);

    [LibraryImport(Library)]
    internal static partial nint bpf_program__section_name(nint program);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint bpf_program__attach(nint program);

    [LibraryImport(Library)]
    internal static partial int bpf_tc_hook_create(TrafficHook* hook);

    [LibraryImport(Library)]
    internal static partial int bpf_tc_hook_destroy(TrafficHook* hook);

    [LibraryImport(Library)]
    internal static partial int bpf_tc_attach(TrafficHook* hook, TrafficOptions* options);

    [LibraryImport(Library)]
    internal static partial int bpf_tc_detach(TrafficHook* hook, TrafficOptions* options);

    [LibraryImport(Library)]
    internal static partial int bpf_tc_query(TrafficHook* hook, TrafficOptions* options);

    [LibraryImport(Library)]
    internal static partial int bpf_link_create(int programOrMap, int target, int attachType, void* options);

    [LibraryImport(Library)]
    internal static partial int bpf_iter_create(int link);

    [LibraryImport(Library)]
    internal static partial int bpf_link_detach(int link);

    [LibraryImport(Library)]
    internal static partial int bpf_link_update(int link, int programOrMap, void* options);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int bpf_obj_pin(int fd, string path);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int bpf_obj_get(string path);

    [LibraryImport(Library)]
    internal static partial int bpf_obj_get_info_by_fd(int fd, void* info, uint* length);

    [LibraryImport(Library)]
    internal static partial int bpf_prog_get_fd_by_id(uint id);

    [LibraryImport(Library)]
    internal static partial int bpf_map_get_fd_by_id(uint id);

    [LibraryImport(Library)]
    internal static partial int bpf_link_get_fd_by_id(uint id);

    [LibraryImport(Library)]
    internal static partial int bpf_link_get_next_id(uint start, uint* next);

    [LibraryImport(Library)]
    internal static partial int bpf_prog_get_next_id(uint start, uint* next);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int bpf_map_create(
        int type,
        string name,
        uint keySize,
        uint valueSize,
        uint maxEntries,
        MapCreateOptions* options
    );

    [LibraryImport(Library)]
    internal static partial int bpf_map_update_elem(int map, void* key, void* value, ulong flags);

    [LibraryImport(Library)]
    internal static partial int bpf_map_update_batch(int map, void* keys, void* values, uint* count, void* options);

    [LibraryImport(Library)]
    internal static partial int bpf_map_lookup_elem(int map, void* key, void* value);

    [LibraryImport(Library)]
    internal static partial int bpf_map_delete_elem(int map, void* key);

    [LibraryImport(Library)]
    internal static partial int bpf_map_get_next_key(int map, void* key, void* next);

    [LibraryImport(Library)]
    internal static partial int bpf_map_freeze(int map);

    [LibraryImport(Library)]
    internal static partial int bpf_prog_query(
        int target,
        int attachType,
        uint flags,
        uint* attachFlags,
        uint* programs,
        uint* count
    );

    [LibraryImport(Library)]
    internal static partial int bpf_enable_stats(int type);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial nint bpf_linker__new(string path, void* options);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int bpf_linker__add_file(nint linker, string path, void* options);

    [LibraryImport(Library)]
    internal static partial int bpf_linker__finalize(nint linker);

    [LibraryImport(Library)]
    internal static partial void bpf_linker__free(nint linker);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint btf__load_from_kernel_by_id(uint id);

    [LibraryImport(Library)]
    internal static partial void btf__free(nint btf);

    [LibraryImport(Library)]
    internal static partial BtfType* btf__type_by_id(nint btf, uint id);

    [LibraryImport(Library)]
    internal static partial nint btf__name_by_offset(nint btf, uint offset);

    /// <summary><c>struct btf_type</c>; a data section is followed by its variables.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct BtfType
    {
        public uint NameOffset;
        public uint Info;
        public uint SizeOrType;
    }

    /// <summary><c>struct btf_var_secinfo</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct BtfVariable
    {
        public uint Type;
        public uint Offset;
        public uint Size;
    }

    /// <summary>The head of <c>struct bpf_object_open_opts</c>; libbpf takes a shorter struct as one whose rest is zero.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct OpenOptions
    {
        public nuint Size;
        public nint ObjectName;
        public nuint RelaxedMaps;
        public nint PinRoot;
        public ulong Reserved;
        public nint KernelConfiguration;
        public nint KernelTypes;
    }

    /// <summary>The head of <c>struct bpf_link_create_opts</c>. libbpf refuses what is not zero behind the fields it knows, so none of these structs has padding, which nobody clears.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct LinkCreateOptions
    {
        public nuint Size;
        public uint Flags;
        public uint Reserved;
    }

    /// <summary>The head of <c>struct bpf_tc_hook</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct TrafficHook
    {
        public nuint Size;
        public int Interface;
        public int Point;
        public uint Parent;
        public uint Reserved;
    }

    /// <summary><c>struct bpf_tc_opts</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct TrafficOptions
    {
        public nuint Size;
        public int Program;
        public uint Flags;
        public uint ProgramId;
        public uint Handle;
        public uint Priority;
        public uint Reserved;
    }

    /// <summary>The head of <c>struct bpf_map_create_opts</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct MapCreateOptions
    {
        public nuint Size;
        public uint BtfFd;
        public uint BtfKeyTypeId;
        public uint BtfValueTypeId;
        public uint BtfVmlinuxValueTypeId;
        public uint InnerMapFd;
        public uint MapFlags;
        public ulong MapExtra;
    }
}
