using System.Globalization;
using System.Runtime.InteropServices;

namespace NetEdit.Adapter.Interop;

/// <summary>Perf events (<c>perf_event_open(2)</c>).</summary>
internal static unsafe class PerfEvent
{
    private const string Sources = "/sys/bus/event_source/devices";
    private const string ProbeType = Sources + "/kprobe/type";
    private const uint TypeSoftware = 1;
    private const uint ClockOfProcessor = 0;
    private const ulong Disabled = 1;
    private const ulong AsFrequency = 1 << 10;
    private const ulong CloseOnExec = 8;
    private const ulong InCgroup = 4;

    /// <summary>Whether the kernel knows probes at its functions; null when what would show it is not mounted here.</summary>
    internal static bool? HasProbes =>
        HostFiles.Exists(ProbeType) ? true
        : HostFiles.Exists(Sources) ? false
        : null;

    /// <summary>Opens an event that comes some times a second while a processor is busy.</summary>
    /// <param name="processor">The processor.</param>
    /// <param name="cgroup">Descriptor of the cgroup whose processes count; null for all.</param>
    /// <param name="hertz">How often; 0 for an event that stands still.</param>
    internal static KernelHandle OpenClock(int processor, int? cgroup, int hertz)
    {
        var attributes = new Attributes
        {
            Type = TypeSoftware,
            Size = (uint)sizeof(Attributes),
            Config = ClockOfProcessor,
            Frequency = (ulong)hertz,
            Flags = hertz == 0 ? Disabled : AsFrequency,
        };
        return Open(
            &attributes,
            cgroup ?? -1,
            processor,
            cgroup is null ? CloseOnExec : CloseOnExec | InCgroup,
            string.Create(CultureInfo.InvariantCulture, $"processor {processor}"),
            cgroup is null
                ? ""
                : "perf events of cgroups need at least one controller in cgroup.subtree_control of the "
                    + "root cgroup, which systemd sets"
        );
    }

    /// <summary>Opens a probe at the entry of a function.</summary>
    internal static KernelHandle OpenProbe(string function)
    {
        if (HasProbes != true)
        {
            throw new BpfException($"could not probe the function {function}: this kernel was built without kprobes");
        }

        var name = Marshal.StringToCoTaskMemUTF8(function);
        try
        {
            var type = uint.Parse(HostFiles.ReadText(ProbeType).Trim(), CultureInfo.InvariantCulture);
            var attributes = new Attributes
            {
                Type = type,
                Size = (uint)sizeof(Attributes),
                Config1 = (ulong)name,
            };
            return Open(
                &attributes,
                -1,
                0,
                CloseOnExec,
                $"the function {function}",
                "the kernel may have inlined it, or forbid probes there"
            );
        }
        finally
        {
            Marshal.FreeCoTaskMem(name);
        }
    }

    /// <summary>Has a program run at an event; the link holds the event.</summary>
    internal static KernelHandle Link(int program, KernelHandle counter, string what) =>
        KernelHandle.Of(
            LibBpf.bpf_link_create(program, counter.Fd, Bpf.AttachPerfEvent, null),
            $"attach the program to {what}"
        );

    private static KernelHandle Open(
        Attributes* attributes,
        int process,
        int processor,
        ulong flags,
        string what,
        string advice = ""
    )
    {
        var fd = LibC.syscall(LibC.PerfEventOpen, (nint)attributes, process, processor, -1, (nint)flags);
        return fd >= 0
            ? new KernelHandle((int)fd)
            : throw BpfError.Create($"open a perf event of {what}", Marshal.GetLastPInvokeError(), advice);
    }

    /// <summary><c>struct perf_event_attr</c> in its fifth version (PERF_ATTR_SIZE_VER5, 4.1: 112 bytes).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Attributes
    {
        public uint Type;
        public uint Size;
        public ulong Config;
        public ulong Frequency;
        public ulong SampleType;
        public ulong ReadFormat;
        public ulong Flags;
        public uint Wakeup;
        public uint BreakpointType;
        public ulong Config1;
        public ulong Config2;
        public ulong BranchSampleType;
        public ulong Registers;
        public uint Stack;
        public int Clock;
        public ulong RegistersOfInterrupt;
        public uint Auxiliary;
        public ushort MaximumStack;
        public ushort Reserved;
    }
}
