namespace NetEdit.Host;

/// <summary>
/// Names of the capabilities that a host may have. They are stable, and metrics and recorded reports use them.
/// </summary>
public static class CapabilityNames
{
    /// <summary>A cgroup v2 hierarchy is mounted.</summary>
    public const string Cgroup2 = "cgroup2";

    /// <summary>A BPF file system is mounted or can be mounted.</summary>
    public const string BpfFileSystem = "bpffs";

    /// <summary>The kernel publishes its BTF.</summary>
    public const string Btf = "btf";

    /// <summary>A sockops program passes the verifier (4.13).</summary>
    public const string Sockops = "sockops";

    /// <summary>Links can attach programs to cgroups (5.7).</summary>
    public const string CgroupLink = "cgroup-link";

    /// <summary>Sockops programs can use socket storage (5.3).</summary>
    public const string SocketStorage = "socket-storage";

    /// <summary>Sockops programs can read the kernel's TCP socket through BTF (5.9, with a helper).</summary>
    public const string SockopsTcpSock = "sockops-tcp-sock";

    /// <summary>A congestion control can be a struct_ops (5.6).</summary>
    public const string StructOps = "struct-ops";

    /// <summary>A link can hold a struct_ops (6.4).</summary>
    public const string StructOpsLink = "struct-ops-link";

    /// <summary>A congestion control may call the functions of the kernel's congestion controls (5.13).</summary>
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

    /// <summary>An iterator over TCP sockets can read their storage (5.11).</summary>
    public const string IterTcp = "iter-tcp";

    /// <summary>The iterator over TCP sockets may set their options (5.15).</summary>
    public const string IterTcpSetsockopt = "iter-tcp-setsockopt";

    /// <summary>Programs see the addresses that sockets bind to, connect to and send to (4.17).</summary>
    public const string CgroupSocketAddress = "cgroup-sock-addr";

    /// <summary>Programs see the socket options that applications read and set (5.3).</summary>
    public const string CgroupSocketOption = "cgroup-sockopt";

    /// <summary>Programs see the packets of sockets (4.10).</summary>
    public const string CgroupSkb = "cgroup-skb";

    /// <summary>A program can be attached to a cgroup before the programs of others (6.17).</summary>
    public const string CgroupOrder = "cgroup-order";

    /// <summary>Programs see the packets of an interface, by TCX or by clsact.</summary>
    public const string TrafficControl = "tc";

    /// <summary>Links can attach programs to interfaces in an order that the kernel keeps (6.6).</summary>
    public const string Tcx = "tcx";

    /// <summary>A filter of the clsact queueing discipline may be a program (4.5).</summary>
    public const string Clsact = "clsact";

    /// <summary>Links can attach XDP programs to interfaces (5.9).</summary>
    public const string Xdp = "xdp";

    /// <summary>Programs can find the socket of a packet (5.9).</summary>
    public const string SocketLookup = "sk-lookup";

    /// <summary>
    /// Programs can run at tracepoints, by <see cref="TracepointBtf"/> or <see cref="TracepointRaw"/>.
    /// </summary>
    public const string Tracepoint = "tracepoint";

    /// <summary>Programs can run at tracepoints whose arguments BTF describes (5.5).</summary>
    public const string TracepointBtf = "tracepoint-btf";

    /// <summary>Programs can run at raw tracepoints (4.17).</summary>
    public const string TracepointRaw = "tracepoint-raw";

    /// <summary>Programs can run at functions of the kernel, by <see cref="Fentry"/> or <see cref="Kprobe"/>.</summary>
    public const string KernelFunction = "kernel-function";

    /// <summary>Programs can run at functions of the kernel through a trampoline (5.5).</summary>
    public const string Fentry = "fentry";

    /// <summary>Programs can run at functions of the kernel through a probe that a link holds (5.15).</summary>
    public const string Kprobe = "kprobe";

    /// <summary>Programs can iterate over objects of the kernel (5.8).</summary>
    public const string Iterator = "iterator";

    /// <summary>Programs can run at perf events, held by links (5.15).</summary>
    public const string PerfEvent = "perf-event";

    /// <summary>Programs can run at the perf events of processes of a cgroup, held by links (5.15).</summary>
    public const string PerfEventCgroup = "perf-event-cgroup";

    /// <summary>Run-time statistics of programs can be switched on (5.8).</summary>
    public const string RunTimeStatistics = "runtime-statistics";
}
