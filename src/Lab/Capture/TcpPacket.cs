using System.Collections.Immutable;
using System.Net;

namespace NetEdit.Lab;

/// <summary>Flags of a TCP header.</summary>
[Flags]
public enum TcpHeaderFlags
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>FIN.</summary>
    Fin = 0x01,

    /// <summary>SYN.</summary>
    Syn = 0x02,

    /// <summary>RST.</summary>
    Rst = 0x04,

    /// <summary>PSH.</summary>
    Psh = 0x08,

    /// <summary>ACK.</summary>
    Ack = 0x10,

    /// <summary>URG.</summary>
    Urg = 0x20,

    /// <summary>ECE: congestion was experienced; in a SYN, ECN is offered.</summary>
    Ece = 0x40,

    /// <summary>CWR: the window was reduced; in a SYN, ECN is offered.</summary>
    Cwr = 0x80,

    /// <summary>AE, formerly NS: accurate ECN.</summary>
    Ae = 0x100,
}

/// <summary>ECN codepoint of an IP header.</summary>
public enum EcnCodepoint
{
    /// <summary>The sender does not take part.</summary>
    NotCapable = 0,

    /// <summary>ECT(1).</summary>
    Capable1 = 1,

    /// <summary>ECT(0).</summary>
    Capable0 = 2,

    /// <summary>CE: marked by a router.</summary>
    Experienced = 3,
}

/// <summary>A TCP packet seen at an interface.</summary>
public sealed record TcpPacket
{
    /// <summary>When the kernel saw it; resolution 100 ns.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Whether this host sent it.</summary>
    public required bool Outgoing { get; init; }

    /// <summary>Sender.</summary>
    public required IPEndPoint Source { get; init; }

    /// <summary>Receiver.</summary>
    public required IPEndPoint Destination { get; init; }

    /// <summary>Flags of the TCP header.</summary>
    public required TcpHeaderFlags Flags { get; init; }

    /// <summary>Sequence number.</summary>
    public required uint Sequence { get; init; }

    /// <summary>Acknowledgement number.</summary>
    public required uint Acknowledgement { get; init; }

    /// <summary>Window as in the header, not scaled.</summary>
    public required int Window { get; init; }

    /// <summary>Bytes of payload; more than the MSS where the kernel left segmentation to the interface.</summary>
    public required int PayloadLength { get; init; }

    /// <summary>ECN codepoint of the IP header.</summary>
    public required EcnCodepoint Ecn { get; init; }

    /// <summary>DSCP of the IP header, 0 to 63.</summary>
    public required int Dscp { get; init; }

    /// <summary>Flow label of the IPv6 header, 20 bits; 0 without one, and for IPv4.</summary>
    public int FlowLabel { get; init; }

    /// <summary>Shift of the window scale option, only in a SYN; null without.</summary>
    public int? WindowScale { get; init; }

    /// <summary>Maximum segment size option in bytes, only in a SYN; null without.</summary>
    public int? Mss { get; init; }

    /// <summary>Kinds of the options in their order, without padding.</summary>
    public ImmutableArray<byte> OptionKinds { get; init; } = [];

    /// <summary>Whether it is the first packet of a handshake.</summary>
    public bool IsSyn => (Flags & (TcpHeaderFlags.Syn | TcpHeaderFlags.Ack)) == TcpHeaderFlags.Syn;

    /// <summary>Whether it is the second packet of a handshake.</summary>
    public bool IsSynAck =>
        (Flags & (TcpHeaderFlags.Syn | TcpHeaderFlags.Ack)) == (TcpHeaderFlags.Syn | TcpHeaderFlags.Ack);
}
