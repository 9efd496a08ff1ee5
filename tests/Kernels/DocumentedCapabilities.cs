using NetEdit.Host;

namespace NetEdit.Kernels;

/// <summary>Since when kernels have what is probed. A newer one that lacks it has a reason we want to know.</summary>
internal static class DocumentedCapabilities
{
    public static readonly IReadOnlyDictionary<string, KernelVersion> Since = new Dictionary<string, KernelVersion>(StringComparer.Ordinal)
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
        [CapabilityNames.StructOpsLink] = new(6, 4, 0),
    };
}
