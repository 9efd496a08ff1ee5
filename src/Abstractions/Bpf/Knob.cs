using NetEdit.Features;

namespace NetEdit.Bpf;

/// <summary>What becomes of a knob that two features have at one connection.</summary>
public enum KnobRule
{
    /// <summary>Only one of them may have it: the stronger policy's.</summary>
    One,

    /// <summary>The first one counts, because all set the same, or because the later one leaves alone what is set.</summary>
    First,

    /// <summary>The smallest value: a stage that runs after another only lowers it.</summary>
    Minimum,
}

/// <summary>
/// One thing of a connection that a feature sets. Where two features would set it at one connection, the stronger
/// policy does, unless a rule says how they compose. What a feature declares is checked against the instructions of its programs.
/// </summary>
/// <param name="Name">As the kernel calls it: <c>TCP_CONGESTION</c>, <c>reply to NEEDS_ECN</c>.</param>
public sealed record Knob(string Name)
{
    private const int Ip = 0;
    private const int Socket = 1;
    private const int Tcp = 6;
    private const int Ipv6 = 41;

    /// <summary>Initial congestion window.</summary>
    public static Knob InitialWindow { get; } = Set("TCP_BPF_IW", Tcp, 1001) with { Rule = KnobRule.Minimum };

    /// <summary>Upper bound of the congestion window, and slow start threshold.</summary>
    public static Knob SendWindowClamp { get; } = Set("TCP_BPF_SNDCWND_CLAMP", Tcp, 1002);

    /// <summary>Longest delay of an acknowledgement.</summary>
    public static Knob MaximumAckDelay { get; } = Set("TCP_BPF_DELACK_MAX", Tcp, 1003);

    /// <summary>Shortest retransmission timeout. What is set when a connection begins is left alone by what a peer says later.</summary>
    public static Knob MinimumTimeout { get; } = Set("TCP_BPF_RTO_MIN", Tcp, 1004) with { Rule = KnobRule.First };

    /// <summary>Longest retransmission timeout.</summary>
    public static Knob MaximumTimeout { get; } = Set("TCP_RTO_MAX_MS", Tcp, 44);

    /// <summary>Congestion control.</summary>
    public static Knob CongestionControl { get; } = Set("TCP_CONGESTION", Tcp, 13);

    /// <summary>Upper bound of the receive window.</summary>
    public static Knob ReceiveWindowClamp { get; } = Set("TCP_WINDOW_CLAMP", Tcp, 10);

    /// <summary>Largest segment.</summary>
    public static Knob MaximumSegment { get; } = Set("TCP_MAXSEG", Tcp, 2);

    /// <summary>Time before the first keepalive probe.</summary>
    public static Knob KeepaliveIdle { get; } = Set("TCP_KEEPIDLE", Tcp, 4);

    /// <summary>Time between keepalive probes.</summary>
    public static Knob KeepaliveInterval { get; } = Set("TCP_KEEPINTVL", Tcp, 5);

    /// <summary>Keepalive probes before the peer is given up.</summary>
    public static Knob KeepaliveCount { get; } = Set("TCP_KEEPCNT", Tcp, 6);

    /// <summary>How long data may stay unacknowledged.</summary>
    public static Knob UserTimeout { get; } = Set("TCP_USER_TIMEOUT", Tcp, 18);

    /// <summary>Unsent bytes up to which a socket is writable.</summary>
    public static Knob UnsentLowWater { get; } = Set("TCP_NOTSENT_LOWAT", Tcp, 25);

    /// <summary>Whether keepalive probes are sent.</summary>
    public static Knob Keepalive { get; } = Set("SO_KEEPALIVE", Socket, 9);

    /// <summary>Send buffer.</summary>
    public static Knob SendBuffer { get; } = Set("SO_SNDBUF", Socket, 7);

    /// <summary>Receive buffer.</summary>
    public static Knob ReceiveBuffer { get; } = Set("SO_RCVBUF", Socket, 8);

    /// <summary>Upper bound of the pacing rate.</summary>
    public static Knob PacingRate { get; } = Set("SO_MAX_PACING_RATE", Socket, 47);

    /// <summary>Whether a retransmission timeout chooses another path.</summary>
    public static Knob TransmitRehash { get; } = Set("SO_TXREHASH", Socket, 74);

    /// <summary>IPv4 type of service.</summary>
    public static Knob TypeOfService { get; } = Set("IP_TOS", Ip, 1);

    /// <summary>IPv6 traffic class.</summary>
    public static Knob TrafficClass { get; } = Set("IPV6_TCLASS", Ipv6, 67);

    /// <summary>Whether segments carry a flow label of the kernel's.</summary>
    public static Knob AutomaticFlowLabel { get; } = Set("IPV6_AUTOFLOWLABEL", Ipv6, 70);

    /// <summary>Timeout of the first SYN or SYN-ACK.</summary>
    public static Knob HandshakeTimeout { get; } = Answer("reply to TIMEOUT_INIT", SockopsOperations.TimeoutInit);

    /// <summary>Initial receive window.</summary>
    public static Knob InitialReceiveWindow { get; } =
        Answer("reply to RWND_INIT", SockopsOperations.ReceiveWindowInit);

    /// <summary>Whether to ask for ECN. All that answer say yes.</summary>
    public static Knob Ecn { get; } =
        Answer("reply to NEEDS_ECN", SockopsOperations.NeedsEcn) with
        {
            Rule = KnobRule.First,
        };

    /// <summary>Level of the socket option; null when it is none.</summary>
    public int? Level { get; init; }

    /// <summary>The socket option; null when it is none.</summary>
    public int? Option { get; init; }

    /// <summary>The query that is answered; none for a socket option.</summary>
    public SockopsOperations Reply { get; init; }

    /// <summary>What becomes of it where two features have it at one connection.</summary>
    public KnobRule Rule { get; init; }

    /// <summary>The parameter without which the feature leaves it alone; null when it always sets it.</summary>
    public string? Parameter { get; init; }

    /// <summary>A socket option.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="level">Its level, as Linux numbers it.</param>
    /// <param name="option">Its number.</param>
    public static Knob Set(string name, int level, int option) => new(name) { Level = level, Option = option };

    /// <summary>An answer to one of the kernel's queries.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="query">The query.</param>
    public static Knob Answer(string name, SockopsOperations query) => new(name) { Reply = query };

    /// <summary>Whether a feature that has the knob sets it where a policy gives these values.</summary>
    public bool IsSetBy(ParameterValues values) =>
        Parameter is not { } parameter || values.Number(parameter) is not null || values.Text(parameter) is not null;

    /// <summary>The same, set only where a policy gives a parameter.</summary>
    public Knob For(string parameter) => this with { Parameter = parameter };
}
