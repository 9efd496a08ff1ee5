using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace NetEdit.Lab.Interop;

/// <summary>A kind of object that the kernel numbers.</summary>
internal enum BpfObjectKind
{
    Program,
    Map,
    Link,
}

/// <summary>A program, map or link of the kernel.</summary>
/// <param name="Id">The kernel's number of it; not given again soon.</param>
/// <param name="Type">Number of its type within its kind; 0 while it is being made.</param>
/// <param name="Name">Name, at most 15 characters; empty for links.</param>
internal readonly record struct BpfObjectInfo(uint Id, uint Type, string Name)
{
    /// <summary>Of a program: its instructions in the kernel.</summary>
    public int Instructions { get; init; }

    /// <summary>Of a link to a cgroup: the cgroup's id; 0 of others, and when the cgroup is deleted.</summary>
    public ulong CgroupId { get; init; }

    /// <summary>Of a program: instructions the verifier looked at; 0 where the kernel does not say.</summary>
    public int VerifiedInstructions { get; init; }
}

/// <summary>Lists what the kernel holds, by the bpf() system call alone, so that a check of the adapter does not rest on libbpf.</summary>
internal static unsafe class BpfObjects
{
    private const int ErrnoNoEntry = 2;
    private const int ErrnoAgain = 11;
    private const int ObjectInfoByDescriptor = 15;
    private const int NameLength = 16;
    private const int InstructionBytes = 8;
    private const uint CgroupLink = 3;

    private static readonly nint SystemCallNumber = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 321,
        Architecture.Arm64 => 280,
        var other => throw new PlatformNotSupportedException($"The number of bpf() on {other} is unknown."),
    };

    /// <summary>Everything of a kind, by id.</summary>
    /// <exception cref="LabException">The kernel refuses the listing.</exception>
    public static List<BpfObjectInfo> List(BpfObjectKind kind)
    {
        var (nextCommand, openCommand) = kind switch
        {
            BpfObjectKind.Program => (11, 13),
            BpfObjectKind.Map => (12, 14),
            _ => (31, 30),
        };
        var result = new List<BpfObjectInfo>();
        uint id = 0;
        while (TryNext(nextCommand, ref id))
        {
            // It may be freed between the two calls: then it is not there any more.
            if (TryDescribe(openCommand, kind, id) is { } info)
            {
                result.Add(info);
            }
        }

        return result;
    }

    /// <summary>Opens what is pinned at a path; the caller closes the descriptor.</summary>
    /// <exception cref="LabException">Nothing is, or the kernel refuses.</exception>
    public static int OpenPin(string path)
    {
        const int openPin = 7;
        var attribute = stackalloc ulong[2];
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
        {
            attribute[0] = (ulong)name;
            attribute[1] = 0;
            var descriptor = (int)LabSystemCalls.SystemCall(SystemCallNumber, openPin, attribute, 16);
            return descriptor >= 0
                ? descriptor
                : throw LabException.FromErrno($"open the pin {path}", Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Ids of the maps that a program uses; none when the program is gone.</summary>
    /// <exception cref="LabException">The kernel refuses.</exception>
    public static uint[] MapsOf(uint program)
    {
        const int openProgram = 13;
        const int most = 64;
        const int countAt = 52; // nr_map_ids of struct bpf_prog_info; map_ids is behind it
        var open = stackalloc uint[4];
        open[0] = program;
        var descriptor = (int)LabSystemCalls.SystemCall(SystemCallNumber, openProgram, open, 12);
        if (descriptor < 0)
        {
            return Marshal.GetLastPInvokeError() is var errno && errno == ErrnoNoEntry
                ? []
                : throw LabException.FromErrno($"open BPF program {program}", errno);
        }

        try
        {
            var maps = stackalloc uint[most];
            var info = stackalloc byte[256];
            new Span<byte>(info, 256).Clear();
            *(uint*)(info + countAt) = most;
            *(ulong*)(info + countAt + sizeof(uint)) = (ulong)maps;
            var query = stackalloc ulong[2];
            ((uint*)query)[0] = (uint)descriptor;
            ((uint*)query)[1] = 256;
            query[1] = (ulong)info;
            return LabSystemCalls.SystemCall(SystemCallNumber, ObjectInfoByDescriptor, query, 16) == 0
                ? new ReadOnlySpan<uint>(maps, (int)Math.Min(*(uint*)(info + countAt), most)).ToArray()
                : throw LabException.FromErrno($"read BPF program {program}", Marshal.GetLastPInvokeError());
        }
        finally
        {
            _ = LabSystemCalls.Close(descriptor);
        }
    }

    private static bool TryNext(int command, ref uint id)
    {
        var attribute = stackalloc uint[4];
        attribute[0] = id;
        if (LabSystemCalls.SystemCall(SystemCallNumber, command, attribute, 16) == 0)
        {
            id = attribute[1];
            return true;
        }

        var errno = Marshal.GetLastPInvokeError();
        return errno == ErrnoNoEntry ? false : throw LabException.FromErrno("list BPF objects", errno);
    }

    private static BpfObjectInfo? TryDescribe(int openCommand, BpfObjectKind kind, uint id)
    {
        var open = stackalloc uint[4];
        open[0] = id;
        var descriptor = (int)LabSystemCalls.SystemCall(SystemCallNumber, openCommand, open, 12);
        if (descriptor < 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            return errno switch
            {
                ErrnoNoEntry => null,

                // A link whose attachment is under way: it has its number and nothing else yet.
                ErrnoAgain => new BpfObjectInfo(id, 0, ""),
                _ => throw LabException.FromErrno($"open BPF {kind} {id}", errno),
            };
        }

        try
        {
            Span<byte> info = stackalloc byte[256];
            info.Clear();
            fixed (byte* pointer = info)
            {
                var query = stackalloc ulong[2];
                ((uint*)query)[0] = (uint)descriptor;
                ((uint*)query)[1] = (uint)info.Length;
                query[1] = (ulong)pointer;
                if (LabSystemCalls.SystemCall(SystemCallNumber, ObjectInfoByDescriptor, query, 16) != 0)
                {
                    throw LabException.FromErrno($"read BPF {kind} {id}", Marshal.GetLastPInvokeError());
                }
            }

            // Offsets of name in struct bpf_prog_info and struct bpf_map_info; a link has none.
            var name = kind switch
            {
                BpfObjectKind.Program => info.Slice(64, NameLength),
                BpfObjectKind.Map => info.Slice(24, NameLength),
                _ => default,
            };
            var end = name.IndexOf((byte)0);
            var described = new BpfObjectInfo(
                id,
                BinaryPrimitives.ReadUInt32LittleEndian(info),
                Encoding.UTF8.GetString(end < 0 ? name : name[..end])
            );

            return kind switch
            {
                // Of struct bpf_prog_info: xlated_prog_len, in bytes, and verified_insns.
                BpfObjectKind.Program => described with
                {
                    Instructions = BinaryPrimitives.ReadInt32LittleEndian(info[20..]) / InstructionBytes,
                    VerifiedInstructions = BinaryPrimitives.ReadInt32LittleEndian(info[216..]),
                },

                // Of struct bpf_link_info: cgroup.cgroup_id.
                BpfObjectKind.Link when described.Type == CgroupLink => described with
                {
                    CgroupId = BinaryPrimitives.ReadUInt64LittleEndian(info[16..]),
                },
                _ => described,
            };
        }
        finally
        {
            _ = LabSystemCalls.Close(descriptor);
        }
    }
}
