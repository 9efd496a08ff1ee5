using NetEdit.Features;

namespace NetEdit.Bpf;

/// <summary>Says what happens if two features have the same knob on one connection.</summary>
public enum KnobRule
{
    /// <summary>Only one feature sets the knob: the feature that the stronger policy gives.</summary>
    One,

    /// <summary>
    /// The first value counts, because all features set the same value, or because a later feature leaves a value alone
    /// that is already set.
    /// </summary>
    First,

    /// <summary>The smallest value counts, because a stage that runs after another only lowers the value.</summary>
    Minimum,
}

/// <summary>
/// One setting that a feature makes on a connection. If two features would set the same knob on one connection, only
/// the feature that the stronger policy gives sets it, unless a <see cref="KnobRule"/> combines them. NetEdit checks
/// the knobs that a feature declares against the instructions of its programs.
/// </summary>
/// <param name="Name">
/// The kernel's name for the setting, such as <c>TCP_CONGESTION</c> or <c>reply to NEEDS_ECN</c>.
/// </param>
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

    /// <summary>
    /// Shortest retransmission timeout. If it is set when a connection begins, a later message of the peer does not
    /// change it.
    /// </summary>
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

    /// <summary>Unanswered keepalive probes after which the peer is given up.</summary>
    public static Knob KeepaliveCount { get; } = Set("TCP_KEEPCNT", Tcp, 6);

    /// <summary>How long data may stay unacknowledged.</summary>
    public static Knob UserTimeout { get; } = Set("TCP_USER_TIMEOUT", Tcp, 18);

    /// <summary>Number of unsent bytes up to which an application can write to the socket.</summary>
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

    /// <summary>Whether segments carry a flow label that the kernel chooses.</summary>
    public static Knob AutomaticFlowLabel { get; } = Set("IPV6_AUTOFLOWLABEL", Ipv6, 70);

    /// <summary>Timeout of the first SYN or SYN-ACK.</summary>
    public static Knob HandshakeTimeout { get; } = Answer("reply to TIMEOUT_INIT", SockopsOperations.TimeoutInit);

    /// <summary>Initial receive window.</summary>
    public static Knob InitialReceiveWindow { get; } =
        Answer("reply to RWND_INIT", SockopsOperations.ReceiveWindowInit);

    /// <summary>Whether to ask for ECN. All features that answer this query say yes.</summary>
    public static Knob Ecn { get; } =
        Answer("reply to NEEDS_ECN", SockopsOperations.NeedsEcn) with
        {
            Rule = KnobRule.First,
        };

    /// <summary>Level of the socket option; null if the knob is the answer to a query.</summary>
    public int? Level { get; init; }

    /// <summary>Number of the socket option; null if the knob is the answer to a query.</summary>
    public int? Option { get; init; }

    /// <summary>
    /// The query that the feature answers; <see cref="SockopsOperations.None"/> if the knob is a socket option.
    /// </summary>
    public SockopsOperations Reply { get; init; }

    /// <summary>The rule for two features that have this knob on one connection.</summary>
    public KnobRule Rule { get; init; }

    /// <summary>
    /// The parameter without which the feature does not set the knob; null if it always sets the knob.
    /// </summary>
    public string? Parameter { get; init; }

    /// <summary>Creates a knob for a socket option.</summary>
    /// <param name="name">The option's name.</param>
    /// <param name="level">The option's level, as Linux numbers it.</param>
    /// <param name="option">The option's number.</param>
    public static Knob Set(string name, int level, int option) => new(name) { Level = level, Option = option };

    /// <summary>Creates a knob for the answer to one of the kernel's queries.</summary>
    /// <param name="name">The knob's name.</param>
    /// <param name="query">The query.</param>
    public static Knob Answer(string name, SockopsOperations query) => new(name) { Reply = query };

    /// <summary>Returns whether a feature with this knob sets it when a policy gives these values.</summary>
    public bool IsSetBy(ParameterValues values) =>
        Parameter is not { } parameter || values.Number(parameter) is not null || values.Text(parameter) is not null;

    /// <summary>Returns the same knob, but set only if a policy gives a parameter.</summary>
    public Knob For(string parameter) => this with { Parameter = parameter };
}
