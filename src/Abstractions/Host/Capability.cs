using System.Collections.Immutable;

namespace NetEdit.Host;

/// <summary>A yes/no fact about this host, found by trying.</summary>
/// <param name="Name">One of <see cref="CapabilityNames"/>.</param>
/// <param name="Available">Whether the host has it.</param>
/// <param name="Reason">What was tried and what came of it, for a person.</param>
public sealed record Capability(string Name, bool Available, string Reason);

/// <summary>Every capability of a host at one moment.</summary>
/// <param name="KernelRelease">As <c>uname -r</c> says.</param>
/// <param name="BtfDigest">SHA-256 of <c>/sys/kernel/btf/vmlinux</c>, or empty without BTF.</param>
/// <param name="Capabilities">Sorted by name.</param>
public sealed record CapabilityReport(string KernelRelease, string BtfDigest, ImmutableArray<Capability> Capabilities)
{
    /// <summary>Whether a capability is there. An unknown name is not.</summary>
    public bool Has(string name) => Find(name) is { Available: true };

    /// <summary>The entry for a capability, or null when it was not probed.</summary>
    public Capability? Find(string name) => Capabilities.FirstOrDefault(capability => string.Equals(capability.Name, name, StringComparison.Ordinal));
}

/// <summary>Names of capabilities; stable, used in metrics and recorded reports.</summary>
public static class CapabilityNames
{
    /// <summary>A cgroup v2 hierarchy is mounted.</summary>
    public const string Cgroup2 = "cgroup2";

    /// <summary>A BPF file system is mounted or can be.</summary>
    public const string BpfFileSystem = "bpffs";

    /// <summary>The kernel publishes its BTF.</summary>
    public const string Btf = "btf";

    /// <summary>A sockops program passes the verifier (4.13).</summary>
    public const string Sockops = "sockops";

    /// <summary>Programs attach to cgroups by link (5.7).</summary>
    public const string CgroupLink = "cgroup-link";

    /// <summary>Socket storage can be used from sockops (5.3).</summary>
    public const string SocketStorage = "socket-storage";

    /// <summary>The kernel's TCP socket can be read through BTF from sockops (5.9 with a helper).</summary>
    public const string SockopsTcpSock = "sockops-tcp-sock";

    /// <summary>A congestion control can be a struct_ops (5.6).</summary>
    public const string StructOps = "struct-ops";

    /// <summary>A struct_ops is held by a link (6.4).</summary>
    public const string StructOpsLink = "struct-ops-link";

    /// <summary>A congestion control may call the kernel's (5.13).</summary>
    public const string StructOpsKfunc = "kfunc-in-struct-ops";

    /// <summary>A program may set TCP_WINDOW_CLAMP (5.11).</summary>
    public const string WindowClamp = "window-clamp";

    /// <summary>A congestion control may set options of its socket (5.15).</summary>
    public const string StructOpsSetsockopt = "struct-ops-setsockopt";

    /// <summary>An iterator over TCP sockets that reads their storage (5.11).</summary>
    public const string IterTcp = "iter-tcp";

    /// <summary>The iterator over TCP sockets may set options (5.15).</summary>
    public const string IterTcpSetsockopt = "iter-tcp-setsockopt";

    /// <summary>Run-time statistics of programs can be switched on (5.8).</summary>
    public const string RunTimeStatistics = "runtime-statistics";
}
