using System.Runtime.InteropServices;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Maps;
using NetEdit.Adapter.Objects;
using NetEdit.Bpf;

namespace NetEdit.Bench.Kernel;

/// <summary>Counts the bpf() calls of this process by command, seen from the kernel: nothing that calls it can be missed.</summary>
internal sealed partial class BpfCalls : IDisposable
{
    private const int Commands = 64;
    private const int Lookup = 1;

    /* Commands of linux/bpf.h that change something: make, write, delete, load, pin, attach, freeze. All others only read or open. */
    private static readonly int[] Writing =
    [
        0,
        2,
        3,
        5,
        6,
        8,
        9,
        10,
        17,
        18,
        21,
        22,
        25,
        26,
        27,
        28,
        29,
        32,
        33,
        34,
        35,
    ];

    private readonly LoadedObject _loaded;
    private readonly KernelMap _counts;
    private readonly KernelHandle _link;

    internal BpfCalls()
    {
        var (number, argument) = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => (321u, 112u),
            Architecture.Arm64 => (280u, 0u),
            var other => throw new PlatformNotSupportedException($"The registers of {other} are unknown."),
        };
        _loaded = LoadedObject.Open(
            "bench_calls",
            BpfObject.Embedded(typeof(BpfCalls).Assembly, "bench_calls").Image.ToArray()
        );
        _loaded.SetInitialValue(
            ".rodata",
            [
                .. BitConverter.GetBytes(number),
                .. BitConverter.GetBytes(argument),
                .. BitConverter.GetBytes((uint)Environment.ProcessId),
            ]
        );
        _loaded.Load();
        _counts = new KernelMap(
            "calls",
            new KernelHandle(Syscalls.Check(Syscalls.dup(LibBpf.bpf_map__fd(_loaded.Map(".bss"))), "dup"))
        );
        _link = KernelHandle.Of(OpenRawTracepoint("sys_enter", _loaded.ProgramFd()), "count the bpf() calls");
    }

    /// <summary>The calls that an action makes.</summary>
    internal CallCount Of(Action action)
    {
        var before = Read();
        action();
        var after = Read();
        after[Lookup]--; // that of the reading itself
        var made = after.Zip(before, (late, early) => (int)(late - early)).ToArray();
        var written = Writing.Sum(command => made[command]);
        return new CallCount(
            written,
            made.Sum() - written,
            string.Join(
                ", ",
                Writing.Where(command => made[command] > 0).Select(command => $"{made[command]} of command {command}")
            )
        );
    }

    public void Dispose()
    {
        _link.Dispose();
        _counts.Dispose();
        _loaded.Dispose();
    }

    private ulong[] Read()
    {
        var value = new byte[Commands * sizeof(ulong)];
        _ = _counts.TryLookup(BitConverter.GetBytes(0u), value);
        return MemoryMarshal.Cast<byte, ulong>(value).ToArray();
    }

    [LibraryImport("libbpf.so.1", EntryPoint = "bpf_raw_tracepoint_open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenRawTracepoint(string name, int program);
}

/// <summary>bpf() calls.</summary>
/// <param name="Writing">Those that change the kernel.</param>
/// <param name="Reading">All others.</param>
/// <param name="Commands">The former by command.</param>
internal readonly record struct CallCount(int Writing, int Reading, string Commands);
