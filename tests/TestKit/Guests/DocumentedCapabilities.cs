using NetEdit.Host;
using NetEdit.Model;

namespace NetEdit.TestKit;

/// <summary>Since when kernels have what is probed. A newer one that lacks it has a reason we want to know.</summary>
public static class DocumentedCapabilities
{
    public static readonly IReadOnlyDictionary<string, KernelVersion> Since = new Dictionary<string, KernelVersion>(
        StringComparer.Ordinal
    )
    {
        [CapabilityNames.Sockops] = new(4, 13, 0),
        [CapabilityNames.SocketStorage] = new(5, 3, 0),
        [CapabilityNames.StructOps] = new(5, 6, 0),
        [CapabilityNames.CgroupLink] = new(5, 7, 0),
        [CapabilityNames.RunTimeStatistics] = new(5, 8, 0),
        [CapabilityNames.SockopsTcpSock] = new(5, 9, 0),
        [CapabilityNames.IterTcp] = new(5, 11, 0),
        [CapabilityNames.WindowClamp] = new(5, 11, 0),
        [CapabilityNames.StructOpsKfunc] = new(5, 13, 0),
        [CapabilityNames.StructOpsSetsockopt] = new(5, 15, 0),
        [CapabilityNames.IterTcpSetsockopt] = new(5, 15, 0),
        [CapabilityNames.MaximumSegment] = new(6, 1, 0),
        [CapabilityNames.TransmitRehash] = new(6, 1, 0),
        [CapabilityNames.LargeInitialWindow] = new(6, 10, 0),
        [CapabilityNames.MaximumTimeout] = new(6, 15, 0),
        [CapabilityNames.StructOpsLink] = new(6, 4, 0),
        [CapabilityNames.CgroupSkb] = new(4, 10, 0),
        [CapabilityNames.CgroupSocketAddress] = new(4, 17, 0),
        [CapabilityNames.CgroupSocketOption] = new(5, 3, 0),
        [CapabilityNames.CgroupOrder] = new(6, 17, 0),
        [CapabilityNames.Clsact] = new(4, 5, 0),
        [CapabilityNames.TrafficControl] = new(4, 5, 0),
        [CapabilityNames.Tcx] = new(6, 6, 0),
        [CapabilityNames.Xdp] = new(5, 9, 0),
        [CapabilityNames.SocketLookup] = new(5, 9, 0),
        [CapabilityNames.TracepointRaw] = new(4, 17, 0),
        [CapabilityNames.TracepointBtf] = new(5, 5, 0),
        [CapabilityNames.Tracepoint] = new(4, 17, 0),
        [CapabilityNames.Fentry] = new(5, 5, 0),
        [CapabilityNames.Kprobe] = new(5, 15, 0),
        [CapabilityNames.KernelFunction] = new(5, 5, 0),
        [CapabilityNames.Iterator] = new(5, 8, 0),
        [CapabilityNames.PerfEvent] = new(5, 15, 0),
        [CapabilityNames.PerfEventCgroup] = new(5, 15, 0),
    };

    /// <summary>Options of the kernel's configuration without which it cannot have something, whatever its version.</summary>
    public static readonly IReadOnlyDictionary<string, string> Options = new Dictionary<string, string>(
        StringComparer.Ordinal
    )
    {
        [CapabilityNames.Kprobe] = "CONFIG_KPROBES=y",
        // Seen on a 6.18 built without: EPERM.
        [CapabilityNames.Fentry] = "CONFIG_KPROBES=y",
        [CapabilityNames.KernelFunction] = "CONFIG_KPROBES=y",
        [CapabilityNames.PerfEventCgroup] = "CONFIG_CGROUP_PERF=y",
    };

    /// <summary>Whether a kernel of this version and configuration should have a capability.</summary>
    public static bool IsPromised(string capability, KernelVersion kernel, IReadOnlySet<string> configuration) =>
        Since.TryGetValue(capability, out var since)
        && kernel >= since
        && (!Options.TryGetValue(capability, out var option) || configuration.Contains(option));
}
