using System.Net.Sockets;
using System.Runtime.InteropServices;
using NetEdit.Lab.Interop;

namespace NetEdit.Lab;

/// <summary>State of a TCP socket, as the kernel numbers it.</summary>
public enum TcpConnectionState : byte
{
    /// <summary>Not known.</summary>
    None,

    /// <summary>ESTABLISHED.</summary>
    Established,

    /// <summary>SYN_SENT.</summary>
    SynSent,

    /// <summary>SYN_RECV.</summary>
    SynReceived,

    /// <summary>FIN_WAIT1.</summary>
    FinWait1,

    /// <summary>FIN_WAIT2.</summary>
    FinWait2,

    /// <summary>TIME_WAIT.</summary>
    TimeWait,

    /// <summary>CLOSE.</summary>
    Closed,

    /// <summary>CLOSE_WAIT.</summary>
    CloseWait,

    /// <summary>LAST_ACK.</summary>
    LastAck,

    /// <summary>LISTEN.</summary>
    Listen,

    /// <summary>CLOSING.</summary>
    Closing,
}

/// <summary>What the congestion control is doing.</summary>
public enum TcpCongestionState : byte
{
    /// <summary>Nothing unusual.</summary>
    Open,

    /// <summary>Duplicate acknowledgements or SACK blocks were seen.</summary>
    Disorder,

    /// <summary>The window is being reduced because of an ECN mark or local congestion.</summary>
    WindowReduced,

    /// <summary>Fast retransmit.</summary>
    Recovery,

    /// <summary>After a retransmission timeout.</summary>
    Loss,
}

/// <summary>What the two ends agreed on.</summary>
[Flags]
public enum TcpAgreedOptions : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Timestamps.</summary>
    Timestamps = 1,

    /// <summary>Selective acknowledgements.</summary>
    Sack = 2,

    /// <summary>Window scaling.</summary>
    WindowScale = 4,

    /// <summary>ECN was agreed in the handshake.</summary>
    Ecn = 8,

    /// <summary>A packet with an ECN codepoint has been received.</summary>
    EcnSeen = 16,

    /// <summary>Data in the SYN was acknowledged.</summary>
    SynData = 32,
}

/// <summary>TCP_INFO of a socket at one moment. A field that this kernel is too old for is 0.</summary>
public readonly record struct TcpInfo
{
    private const int Option = 11;
    private const int ReceiveWindowEnd = 236;

    private readonly TcpInfoLayout _raw;
    private readonly int _length;

    private TcpInfo(TcpInfoLayout raw, int length) => (_raw, _length) = (raw, length);

    /// <summary>State of the connection.</summary>
    public TcpConnectionState State => (TcpConnectionState)_raw.state;

    /// <summary>State of the congestion control.</summary>
    public TcpCongestionState CongestionState => (TcpCongestionState)_raw.ca_state;

    /// <summary>Options agreed on.</summary>
    public TcpAgreedOptions Options => (TcpAgreedOptions)_raw.options;

    /// <summary>Timeouts in a row that the oldest segment has waited for.</summary>
    public int Retransmits => _raw.retransmits;

    /// <summary>Shift of the windows that the other end advertises.</summary>
    public int SendWindowScale => _raw.wscales & 0xf;

    /// <summary>Shift of the windows that this end advertises.</summary>
    public int ReceiveWindowScale => _raw.wscales >> 4;

    /// <summary>Retransmission timeout.</summary>
    public TimeSpan RetransmissionTimeout => TimeSpan.FromMicroseconds(_raw.rto);

    /// <summary>Delayed-acknowledgement timeout.</summary>
    public TimeSpan AcknowledgementTimeout => TimeSpan.FromMicroseconds(_raw.ato);

    /// <summary>Largest segment this end sends, in bytes without the header.</summary>
    public uint SendMss => _raw.snd_mss;

    /// <summary>Largest segment received, in bytes, estimated.</summary>
    public uint ReceiveMss => _raw.rcv_mss;

    /// <summary>MSS this end advertised, in bytes.</summary>
    public uint AdvertisedMss => _raw.advmss;

    /// <summary>Path MTU in bytes.</summary>
    public uint PathMtu => _raw.pmtu;

    /// <summary>Segments sent and not acknowledged.</summary>
    public uint Unacknowledged => _raw.unacked;

    /// <summary>Segments taken for lost.</summary>
    public uint Lost => _raw.lost;

    /// <summary>Retransmitted segments in flight.</summary>
    public uint RetransmitsInFlight => _raw.retrans;

    /// <summary>Congestion window in segments.</summary>
    public uint CongestionWindow => _raw.snd_cwnd;

    /// <summary>Slow-start threshold in segments; 2147483647 while there is none.</summary>
    public uint SlowStartThreshold => _raw.snd_ssthresh;

    /// <summary>Bound of the receive window at the moment, in bytes.</summary>
    public uint ReceiveSlowStartThreshold => _raw.rcv_ssthresh;

    /// <summary>Smoothed round-trip time.</summary>
    public TimeSpan RoundTripTime => TimeSpan.FromMicroseconds(_raw.rtt);

    /// <summary>Mean deviation of the round-trip time.</summary>
    public TimeSpan RoundTripVariation => TimeSpan.FromMicroseconds(_raw.rttvar);

    /// <summary>Smallest round-trip time seen.</summary>
    public TimeSpan MinimumRoundTripTime => TimeSpan.FromMicroseconds(_raw.min_rtt);

    /// <summary>Retransmitted segments since the connection began.</summary>
    public uint TotalRetransmits => _raw.total_retrans;

    /// <summary>Receive buffer autotuning's estimate of the space needed, in bytes.</summary>
    public uint ReceiveSpace => _raw.rcv_space;

    /// <summary>Segments delivered.</summary>
    public uint Delivered => _raw.delivered;

    /// <summary>Of those, segments the receiver reported as CE-marked.</summary>
    public uint DeliveredMarked => _raw.delivered_ce;

    /// <summary>Bytes acknowledged by the other end.</summary>
    public ulong BytesAcknowledged => _raw.bytes_acked;

    /// <summary>Bytes received in order.</summary>
    public ulong BytesReceived => _raw.bytes_received;

    /// <summary>Payload bytes sent, with retransmissions.</summary>
    public ulong BytesSent => _raw.bytes_sent;

    /// <summary>Payload bytes retransmitted.</summary>
    public ulong BytesRetransmitted => _raw.bytes_retrans;

    /// <summary>Segments sent that carry data.</summary>
    public uint DataSegmentsSent => _raw.data_segs_out;

    /// <summary>Segments received that carry data.</summary>
    public uint DataSegmentsReceived => _raw.data_segs_in;

    /// <summary>Pacing rate in bytes per second.</summary>
    public ulong PacingRate => _raw.pacing_rate;

    /// <summary>SO_MAX_PACING_RATE in bytes per second; all ones when there is none.</summary>
    public ulong MaximumPacingRate => _raw.max_pacing_rate;

    /// <summary>Window the other end advertises, in bytes after scaling.</summary>
    public uint SendWindow => _raw.snd_wnd;

    /// <summary>Window this end advertises, in bytes after scaling; null before Linux 6.2.</summary>
    public uint? ReceiveWindow => _length >= ReceiveWindowEnd ? _raw.rcv_wnd : null;

    /// <summary>Reads TCP_INFO.</summary>
    /// <exception cref="SocketException">The socket is not TCP.</exception>
    public static TcpInfo Read(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        Span<byte> buffer = stackalloc byte[512];
        buffer.Clear();
        var length = socket.GetRawSocketOption(TcpSocketOptions.TcpLevel, Option, buffer);
        return new TcpInfo(MemoryMarshal.Read<TcpInfoLayout>(buffer), length);
    }
}
