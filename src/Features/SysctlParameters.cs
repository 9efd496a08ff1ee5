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
            "Longest queue of a listener, connections. The kernel accepts any int from 0."
        ),
        Number(
            "net.core.txrehash",
            0,
            1,
            "Whether a connection changes its path's hash after a loss (5.18). The kernel " + "has the same bounds."
        ),
        Number(
            "net.ipv4.ip_default_ttl",
            1,
            255,
            "Time to live of IPv4 packets, hops. The kernel has the same bounds."
        ),
        List(
            LocalPorts,
            "Ports for outbound connections, first and last, 1024 to 65535. The kernel accepts ports from 1; "
                + "those below "
                + "1024 belong to services."
        ),
        Number(
            "net.ipv4.tcp_autocorking",
            0,
            1,
            "Whether small writes wait while earlier packets are queued. The kernel treats any other value as 1."
        ),
        Number(
            "net.ipv4.tcp_comp_sack_delay_ns",
            0,
            100_000_000,
            "Longest wait before selective acknowledgements are combined, nanoseconds; the kernel waits at most "
                + "5 % of the round trip, so more than 100 ms has no effect."
        ),
        Number(
            "net.ipv4.tcp_comp_sack_nr",
            0,
            Byte,
            "Maximum number of selective acknowledgements combined into one; 0 switches combining off. The "
                + "kernel has the same bounds."
        ),
        Number(
            "net.ipv4.tcp_early_retrans",
            0,
            4,
            "Tail loss probe: 0 is off, 3 and 4 are on. The kernel has the same bounds."
        ),
        Number(
            "net.ipv4.tcp_ecn",
            0,
            2,
            "ECN: 0 is off, 1 requests and accepts it, 2 only accepts it. Values from 3 (accurate ECN) do not "
                + "exist in all kernels."
        ),
        Number(
            "net.ipv4.tcp_ecn_fallback",
            0,
            1,
            "Whether an unanswered SYN with ECN is retransmitted without ECN. The kernel treats any other value as 1."
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
            "Idle time before the first probe, seconds; the bounds are those of TCP_KEEPIDLE."
        ),
        Number(
            "net.ipv4.tcp_limit_output_bytes",
            64 << 10,
            MostMemory,
            "Maximum bytes of one connection in the queues below TCP (TCP small queues). The kernel accepts any "
                + "int; below "
                + "64 KiB one packet may not fit."
        ),
        Number(
            "net.ipv4.tcp_max_syn_backlog",
            64,
            1 << 20,
            "Maximum number of half-open connections of a listener. The kernel accepts any int."
        ),
        Number(
            "net.ipv4.tcp_max_tw_buckets",
            1024,
            1 << 22,
            "Maximum number of connections in TIME-WAIT; further ones are closed at once. The kernel accepts any "
                + "int, and "
                + "ip-sysctl.rst warns against lowering it."
        ),
        Number(
            "net.ipv4.tcp_min_tso_segs",
            1,
            Byte,
            "Minimum segments of a packet that is passed to the interface. Newer kernels accept up to 255, older "
                + "ones 65535."
        ),
        Number(
            "net.ipv4.tcp_moderate_rcvbuf",
            0,
            1,
            "Whether the kernel grows receive buffers (autotuning). The kernel treats any other value as 1."
        ),
        Number(
            "net.ipv4.tcp_mtu_probing",
            0,
            2,
            "Path MTU probing: 0 is off, 1 after a black hole is detected, 2 always (ip-sysctl.rst)."
        ),
        Number(
            "net.ipv4.tcp_no_metrics_save",
            0,
            1,
            "Whether a closing connection discards what it measured of its path. The kernel treats any other "
                + "value as 1."
        ),
        Number(
            "net.ipv4.tcp_notsent_lowat",
            4096,
            uint.MaxValue,
            "Unsent bytes below which a socket can be written to. The maximum means no bound."
        ),
        Number(
            "net.ipv4.tcp_orphan_retries",
            0,
            15,
            "Retransmissions before the kernel gives up a connection that the application has closed; 0 means "
                + "8. The kernel accepts up to 255."
        ),
        Number(
            "net.ipv4.tcp_pacing_ca_ratio",
            50,
            1000,
            "Pacing rate in congestion avoidance, percent of window by round trip. The kernel accepts 0 to "
                + "1000; below 50 % a connection never fills its window."
        ),
        Number("net.ipv4.tcp_pacing_ss_ratio", 50, 1000, "The same in slow start. The kernel accepts 0 to 1000."),
        Number(
            "net.ipv4.tcp_reordering",
            3,
            300,
            "Initial number of packets that may overtake another before it counts as lost; at most "
                + "tcp_max_reordering's default."
        ),
        Number(
            FirstRetries,
            0,
            Byte,
            "Retransmissions before the kernel looks for another route. The kernel has the same bounds."
        ),
        Number(
            Retries,
            3,
            15,
            "Retransmissions before the kernel gives up a connection: 15 is about 924 s; RFC 1122 requires at "
                + "least 8 (ip-sysctl.rst). The kernel accepts up to 255."
        ),
        List(
            ReceiveMemory,
            "Receive buffer, least, first and largest bytes, 4096 to 1073741824. The kernel accepts any int from 1."
        ),
        Number(
            "net.ipv4.tcp_rto_max_ms",
            1000,
            120_000,
            "Longest retransmission timeout, milliseconds (6.15). The kernel has the same bounds."
        ),
        Number(
            "net.ipv4.tcp_rto_min_us",
            1000,
            1_000_000,
            "Shortest retransmission timeout, microseconds (6.11). The kernel accepts any int from 1."
        ),
        Number(
            "net.ipv4.tcp_slow_start_after_idle",
            0,
            1,
            "Whether the congestion window shrinks while a connection is silent (RFC 2861). The kernel treats "
                + "any other value as 1."
        ),
        Number("net.ipv4.tcp_syn_retries", 1, 127, "Retransmissions of a SYN. The kernel has the same bounds."),
        Number("net.ipv4.tcp_synack_retries", 1, 15, "Retransmissions of a SYN-ACK. The kernel accepts up to 255."),
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
            "Whether timeouts of thin streams grow linearly at first. The kernel treats any other value as 1."
        ),
        Number(Timestamps, 0, 2, "TCP timestamps: 0 is off, 1 with a random offset, 2 without one (ip-sysctl.rst)."),
        Number(
            ReuseTimeWait,
            0,
            2,
            "Whether outbound connections may reuse the ports of one in TIME-WAIT: 0 is never, 1 always, 2 on "
                + "loopback. The kernel has the same bounds."
        ),
        List(
            SendMemory,
            "Send buffer, least, first and largest bytes, 4096 to 1073741824. The kernel accepts any int from 1."
        ),
    ];

    private static ParameterSpec Number(string name, long minimum, long maximum, string description) =>
        new(name, ParameterKind.Count, minimum, maximum, description);

    private static ParameterSpec List(string name, string description) =>
        new(name, ParameterKind.Text, 1, LongestList, description);
}
