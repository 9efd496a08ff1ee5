namespace NetEdit.Host;

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

    /// <summary>A program may set TCP_MAXSEG (6.1).</summary>
    public const string MaximumSegment = "maximum-segment";

    /// <summary>A program may set SO_TXREHASH and IPV6_AUTOFLOWLABEL (6.1).</summary>
    public const string TransmitRehash = "transmit-rehash";

    /// <summary>A program may set TCP_RTO_MAX_MS (6.15).</summary>
    public const string MaximumTimeout = "maximum-timeout";

    /// <summary>The first receive window of a connection may exceed 64 KiB (6.10).</summary>
    public const string LargeInitialWindow = "large-initial-window";

    /// <summary>A congestion control may set options of its socket (5.15).</summary>
    public const string StructOpsSetsockopt = "struct-ops-setsockopt";

    /// <summary>An iterator over TCP sockets that reads their storage (5.11).</summary>
    public const string IterTcp = "iter-tcp";

    /// <summary>The iterator over TCP sockets may set options (5.15).</summary>
    public const string IterTcpSetsockopt = "iter-tcp-setsockopt";

    /// <summary>Programs meet the addresses that sockets bind, connect and send to (4.17).</summary>
    public const string CgroupSocketAddress = "cgroup-sock-addr";

    /// <summary>Programs meet the options that applications ask for and set (5.3).</summary>
    public const string CgroupSocketOption = "cgroup-sockopt";

    /// <summary>Programs meet the packets of sockets (4.10).</summary>
    public const string CgroupSkb = "cgroup-skb";

    /// <summary>A program can be attached to a cgroup before those of others (6.17).</summary>
    public const string CgroupOrder = "cgroup-order";

    /// <summary>Programs meet the packets of an interface, by TCX or by clsact.</summary>
    public const string TrafficControl = "tc";

    /// <summary>Links to interfaces that keep an order (6.6).</summary>
    public const string Tcx = "tcx";

    /// <summary>A filter of the clsact queueing discipline may be a program (4.5).</summary>
    public const string Clsact = "clsact";

    /// <summary>Links of XDP programs to interfaces (5.9).</summary>
    public const string Xdp = "xdp";

    /// <summary>Programs find the socket of a packet (5.9).</summary>
    public const string SocketLookup = "sk-lookup";

    /// <summary>Programs at tracepoints, of either kind.</summary>
    public const string Tracepoint = "tracepoint";

    /// <summary>Programs at tracepoints whose arguments BTF describes (5.5).</summary>
    public const string TracepointBtf = "tracepoint-btf";

    /// <summary>Programs at raw tracepoints (4.17).</summary>
    public const string TracepointRaw = "tracepoint-raw";

    /// <summary>Programs at functions of the kernel, of either kind.</summary>
    public const string KernelFunction = "kernel-function";

    /// <summary>Programs at functions of the kernel by a trampoline (5.5).</summary>
    public const string Fentry = "fentry";

    /// <summary>Programs at functions of the kernel by a probe that is held by a link (5.15).</summary>
    public const string Kprobe = "kprobe";

    /// <summary>Iterators over objects of the kernel (5.8).</summary>
    public const string Iterator = "iterator";

    /// <summary>Programs at perf events, held by links (5.15).</summary>
    public const string PerfEvent = "perf-event";

    /// <summary>The same for processes of a cgroup.</summary>
    public const string PerfEventCgroup = "perf-event-cgroup";

    /// <summary>Run-time statistics of programs can be switched on (5.8).</summary>
    public const string RunTimeStatistics = "runtime-statistics";
}
