using System.Buffers.Binary;
using System.Text;

namespace NetEdit.Adapter.Interop;

/// <summary>What the kernel says of a program.</summary>
internal sealed record ProgramInfo(uint Id, string Name, uint[] MapIds, ulong RunTimeNanoseconds, ulong Runs);

/// <summary>What the kernel says of a map.</summary>
internal sealed record MapInfo(
    int Type,
    uint Id,
    uint KeySize,
    uint ValueSize,
    uint MaxEntries,
    uint Flags,
    string Name,
    uint BtfId,
    uint BtfValueType
);

/// <summary>What the kernel says of a link; the cgroup's id is 0 when that cgroup is gone or the link was detached.</summary>
internal sealed record LinkInfo(int Type, uint Id, uint ProgramId, ulong CgroupId, uint StructOpsMapId)
{
    /// <summary>Index of an interface or inode of a network namespace, for links to such; 0 when that is gone or the link was detached.</summary>
    internal uint Target => StructOpsMapId;
}

/// <summary>Reads <c>struct bpf_prog_info</c>, <c>bpf_map_info</c> and <c>bpf_link_info</c> (offsets of linux/bpf.h, which only ever grows).</summary>
internal static unsafe class KernelInfo
{
    private const int Room = 256;
    private const int MostMaps = 64;
    private const int NameLength = 16;

    internal static ProgramInfo Program(KernelHandle program)
    {
        Span<byte> info = stackalloc byte[Room];
        var maps = stackalloc uint[MostMaps];
        info.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(info[52..], MostMaps);
        BinaryPrimitives.WriteUInt64LittleEndian(info[56..], (ulong)maps);
        Get(program, info, "read the information of a program");
        var count = Math.Min(ReadUInt32(info, 52), MostMaps);
        return new ProgramInfo(
            ReadUInt32(info, 4),
            Name(info[64..]),
            new ReadOnlySpan<uint>(maps, (int)count).ToArray(),
            ReadUInt64(info, 192),
            ReadUInt64(info, 200)
        );
    }

    /// <summary>The type of a program.</summary>
    internal static int ProgramType(KernelHandle program)
    {
        Span<byte> info = stackalloc byte[Room];
        info.Clear();
        Get(program, info, "read the information of a program");
        return (int)ReadUInt32(info, 0);
    }

    internal static MapInfo Map(KernelHandle map)
    {
        Span<byte> info = stackalloc byte[Room];
        info.Clear();
        Get(map, info, "read the information of a map");
        return new MapInfo(
            (int)ReadUInt32(info, 0),
            ReadUInt32(info, 4),
            ReadUInt32(info, 8),
            ReadUInt32(info, 12),
            ReadUInt32(info, 16),
            ReadUInt32(info, 20),
            Name(info[24..]),
            ReadUInt32(info, 64),
            ReadUInt32(info, 72)
        );
    }

    /// <summary>The kernel's id of a map whose descriptor belongs to libbpf.</summary>
    internal static uint MapId(int map) => Id(map, "read the information of a map");

    /// <summary>The kernel's id of a program whose descriptor belongs to libbpf.</summary>
    internal static uint ProgramId(int program) => Id(program, "read the information of a program");

    private static uint Id(int fd, string operation)
    {
        Span<byte> info = stackalloc byte[Room];
        info.Clear();
        Get(fd, info, operation);
        return ReadUInt32(info, 4);
    }

    internal static LinkInfo Link(KernelHandle link)
    {
        Span<byte> info = stackalloc byte[Room];
        info.Clear();
        Get(link, info, "read the information of a link");
        return new LinkInfo(
            (int)ReadUInt32(info, 0),
            ReadUInt32(info, 4),
            ReadUInt32(info, 8),
            ReadUInt64(info, 16),
            ReadUInt32(info, 16)
        );
    }

    /// <summary>Kernel memory of a program or map in bytes, from its fdinfo.</summary>
    internal static long MemoryBytes(KernelHandle handle)
    {
        const string Prefix = "memlock:";
        var line = HostFiles
            .ReadText($"/proc/self/fdinfo/{handle.Fd}")
            .Split('\n')
            .FirstOrDefault(line => line.StartsWith(Prefix, StringComparison.Ordinal));
        return line is not null && long.TryParse(line.AsSpan(Prefix.Length).Trim(), out var bytes) ? bytes : 0;
    }

    private static void Get(KernelHandle handle, Span<byte> info, string operation) => Get(handle.Fd, info, operation);

    private static void Get(int fd, Span<byte> info, string operation)
    {
        fixed (byte* start = info)
        {
            var length = (uint)info.Length;
            var result = LibBpf.bpf_obj_get_info_by_fd(fd, start, &length);
            if (result < 0)
            {
                throw BpfError.Create(operation, -result);
            }
        }
    }

    private static uint ReadUInt32(ReadOnlySpan<byte> info, int offset) =>
        BinaryPrimitives.ReadUInt32LittleEndian(info[offset..]);

    private static ulong ReadUInt64(ReadOnlySpan<byte> info, int offset) =>
        BinaryPrimitives.ReadUInt64LittleEndian(info[offset..]);

    private static string Name(ReadOnlySpan<byte> name)
    {
        name = name[..NameLength];
        var end = name.IndexOf((byte)0);
        return Encoding.ASCII.GetString(end < 0 ? name : name[..end]);
    }
}
