namespace NetEdit.Features;

/// <summary>The sysctls that policies may set, and within which bounds. Each is one that every network namespace has for itself.</summary>
internal static class SysctlParameters
{
    internal const string Retries = "net.ipv4.tcp_retries2";
    internal const string LocalPorts = "net.ipv4.ip_local_port_range";
    internal const string ReceiveMemory = "net.ipv4.tcp_rmem";
    internal const string SendMemory = "net.ipv4.tcp_wmem";
    internal const string FirstRetries = "net.ipv4.tcp_retries1";
    internal const string ReuseTimeWait = "net.ipv4.tcp_tw_reuse";
    internal const string Timestamps = "net.ipv4.tcp_timestamps";
    private const int LongestList = 40;
    internal const int MaximumPort = 65535;

    // Below a page a socket holds no packet (ip-sysctl.rst: 4K is given even under pressure); what is doubled must fit an int.
    internal const int LeastMemory = 4096;
    internal const int MostMemory = 1 << 30;

    // What the kernel itself bounds at 255 is one byte there (proc_dou8vec_minmax).
    private const int Byte = 255;

    /// <summary>All of them, in the order of the documentation.</summary>
    public static IReadOnlyList<ParameterSpec> All { get; } =
    [
        Number(
            "net.core.somaxconn",
            16,
            1 << 20,
            "Longest queue of a listener, connections. The kernel takes any int from 0."
        ),
        Number(
            "net.core.txrehash",
            0,
            1,
            "Whether a connection takes another hash for its path when it loses packets (5.18). The bounds "
                + "are the kernel's."
        ),
        Number("net.ipv4.ip_default_ttl", 1, 255, "Time to live of IPv4 packets, hops. The bounds are the kernel's."),
        List(
            LocalPorts,
            "Ports for outbound connections, first and last, 1024 to 65535. The kernel begins with 1, which "
                + "are ports of services."
        ),
        Number(
            "net.ipv4.tcp_autocorking",
            0,
            1,
            "Whether small writes wait for packets that are still queued. Only zero or not counts."
        ),
        Number(
            "net.ipv4.tcp_comp_sack_delay_ns",
            0,
            100_000_000,
            "Longest wait of selective acknowledgements to be put together, nanoseconds; above 100 ms "
                + "nothing would change, for it is at most 5 % of the round trip."
        ),
        Number(
            "net.ipv4.tcp_comp_sack_nr",
            0,
            Byte,
            "Selective acknowledgements put together at most; 0 is none. The bounds are the kernel's."
        ),
        Number(
            "net.ipv4.tcp_early_retrans",
            0,
            4,
            "Tail loss probe: 0 is off, 3 and 4 are on. The bounds are the kernel's."
        ),
        Number(
            "net.ipv4.tcp_ecn",
            0,
            2,
            "ECN: 0 is off, 1 asks and agrees, 2 only agrees. Accurate ECN, from 3, is not in all kernels."
        ),
        Number(
            "net.ipv4.tcp_ecn_fallback",
            0,
            1,
            "Whether a SYN with ECN that got no answer is followed by one without. Only zero or not counts."
        ),
        Number(
            "net.ipv4.tcp_fastopen",
            0,
            0x607,
            "TCP Fast Open, a sum of 1 (clients), 2 (servers), 4, 512 and 1024; ip-sysctl.rst names no others."
        ),
        Number(
            "net.ipv4.tcp_fin_timeout",
            1,
            120,
            "Time an orphaned connection stays in FIN-WAIT-2, seconds; at most what TCP_LINGER2 takes "
                + "(TCP_FIN_TIMEOUT_MAX)."
        ),
        Number(
            "net.ipv4.tcp_keepalive_intvl",
            1,
            32767,
            "Time between keepalive probes, seconds; the bounds are those of TCP_KEEPINTVL."
        ),
        Number(
            "net.ipv4.tcp_keepalive_probes",
            1,
            127,
            "Unanswered probes after which a connection is reset; the bounds are those of TCP_KEEPCNT."
        ),
        Number(
            "net.ipv4.tcp_keepalive_time",
            1,
            32767,
            "Silence before the first probe, seconds; the bounds are those of TCP_KEEPIDLE."
        ),
        Number(
            "net.ipv4.tcp_limit_output_bytes",
            64 << 10,
            MostMemory,
            "Bytes of one connection in the queues below TCP (small queues). The kernel takes any int; below "
                + "64 KiB one packet may not fit."
        ),
        Number(
            "net.ipv4.tcp_max_syn_backlog",
            64,
            1 << 20,
            "Half-open connections of a listener. The kernel takes any int."
        ),
        Number(
            "net.ipv4.tcp_max_tw_buckets",
            1024,
            1 << 22,
            "Connections in TIME-WAIT; beyond, they are closed at once. The kernel takes any int, and "
                + "ip-sysctl.rst warns against lowering it."
        ),
        Number(
            "net.ipv4.tcp_min_tso_segs",
            1,
            Byte,
            "Least segments of one packet given to the card. Newer kernels take up to 255, older ones 65535."
        ),
        Number(
            "net.ipv4.tcp_moderate_rcvbuf",
            0,
            1,
            "Whether receive buffers grow by themselves. Only zero or not counts."
        ),
        Number(
            "net.ipv4.tcp_mtu_probing",
            0,
            2,
            "Path MTU probing: 0 is off, 1 where a black hole shows, 2 always (ip-sysctl.rst)."
        ),
        Number(
            "net.ipv4.tcp_no_metrics_save",
            0,
            1,
            "Whether what a connection has learnt of its path is forgotten with it. Only zero or not counts."
        ),
        Number(
            "net.ipv4.tcp_notsent_lowat",
            4096,
            uint.MaxValue,
            "Unsent bytes below which a socket can be written to. The kernel's most stands for no bound."
        ),
        Number(
            "net.ipv4.tcp_orphan_retries",
            0,
            15,
            "Retransmissions before a connection is given up that the application has closed; 0 stands for "
                + "8. The kernel takes up to 255."
        ),
        Number(
            "net.ipv4.tcp_pacing_ca_ratio",
            50,
            1000,
            "Pacing rate in congestion avoidance, percent of window by round trip. The kernel takes 0 to "
                + "1000; below 50 % the window is never used."
        ),
        Number("net.ipv4.tcp_pacing_ss_ratio", 50, 1000, "The same in slow start. The kernel takes 0 to 1000."),
        Number(
            "net.ipv4.tcp_reordering",
            3,
            300,
            "Packets that may overtake another before it counts as lost, at first; at most "
                + "tcp_max_reordering's default."
        ),
        Number(
            FirstRetries,
            0,
            Byte,
            "Retransmissions before another route is looked for. The bounds are the kernel's."
        ),
        Number(
            Retries,
            3,
            15,
            "Retransmissions before a connection is given up: 15 is about 924 s, and RFC 1122 wants at least "
                + "8 (ip-sysctl.rst). The kernel takes up to 255."
        ),
        List(
            ReceiveMemory,
            "Receive buffer, least, first and largest bytes, 4096 to 1073741824. The kernel takes any int from 1."
        ),
        Number(
            "net.ipv4.tcp_rto_max_ms",
            1000,
            120_000,
            "Longest retransmission timeout, milliseconds (6.15). The bounds are the kernel's."
        ),
        Number(
            "net.ipv4.tcp_rto_min_us",
            1000,
            1_000_000,
            "Shortest retransmission timeout, microseconds (6.11). The kernel takes any int from 1."
        ),
        Number(
            "net.ipv4.tcp_slow_start_after_idle",
            0,
            1,
            "Whether the congestion window shrinks while a connection is silent (RFC 2861). Only zero or not counts."
        ),
        Number("net.ipv4.tcp_syn_retries", 1, 127, "Retransmissions of a SYN. The bounds are the kernel's."),
        Number("net.ipv4.tcp_synack_retries", 1, 15, "Retransmissions of a SYN-ACK. The kernel takes up to 255."),
        Number(
            "net.ipv4.tcp_syncookies",
            0,
            2,
            "SYN cookies: 0 is never, 1 when the backlog is full, 2 always (ip-sysctl.rst)."
        ),
        Number(
            "net.ipv4.tcp_thin_linear_timeouts",
            0,
            1,
            "Whether timeouts of thin streams grow linearly at first. Only zero or not counts."
        ),
        Number(Timestamps, 0, 2, "TCP timestamps: 0 is off, 1 with a random offset, 2 without one (ip-sysctl.rst)."),
        Number(
            ReuseTimeWait,
            0,
            2,
            "Whether outbound connections take the place of one in TIME-WAIT: 0 is never, 1 always, 2 on "
                + "loopback. The bounds are the kernel's."
        ),
        List(
            SendMemory,
            "Send buffer, least, first and largest bytes, 4096 to 1073741824. The kernel takes any int from 1."
        ),
    ];

    private static ParameterSpec Number(string name, long minimum, long maximum, string description) =>
        new(name, ParameterKind.Count, minimum, maximum, description);

    private static ParameterSpec List(string name, string description) =>
        new(name, ParameterKind.Text, 1, LongestList, description);
}
