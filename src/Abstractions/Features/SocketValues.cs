namespace NetEdit.Features;

/// <summary>What a socket has, read from the kernel. Where the network namespace's default holds, or there is no bound, it is null.</summary>
public sealed record SocketValues
{
    /// <summary>Name of the congestion control.</summary>
    public required string CongestionControl { get; init; }

    /// <summary>Congestion window, in segments.</summary>
    public required uint CongestionWindow { get; init; }

    /// <summary>Slow start threshold, in segments; null before the first loss.</summary>
    public uint? SlowStartThreshold { get; init; }

    /// <summary>Bound of the congestion window, in segments.</summary>
    public uint? CongestionWindowClamp { get; init; }

    /// <summary>Bytes it sends in a segment.</summary>
    public required uint SegmentBytes { get; init; }

    /// <summary>Bytes in a segment that it told its peer to send.</summary>
    public required uint AdvertisedSegmentBytes { get; init; }

    /// <summary>Receive buffer in bytes, as SO_RCVBUF reads it: twice what was set.</summary>
    public required uint ReceiveBufferBytes { get; init; }

    /// <summary>Send buffer in bytes, as SO_SNDBUF reads it: twice what was set.</summary>
    public required uint SendBufferBytes { get; init; }

    /// <summary>Largest receive window, in bytes.</summary>
    public required uint WindowClampBytes { get; init; }

    /// <summary>Retransmission timeout.</summary>
    public required double RtoMilliseconds { get; init; }

    /// <summary>Its lower bound; null where this kernel has none of the socket's own.</summary>
    public double? RtoMinimumMilliseconds { get; init; }

    /// <summary>Its upper bound; null where this kernel has none of the socket's own (before 6.15).</summary>
    public double? RtoMaximumMilliseconds { get; init; }

    /// <summary>Smoothed round-trip time; null before the first sample.</summary>
    public double? RoundTripMilliseconds { get; init; }

    /// <summary>Pacing rate in bits per second; null when it is not paced.</summary>
    public ulong? PacingBitsPerSecond { get; init; }

    /// <summary>Bound of the pacing rate in bits per second.</summary>
    public ulong? MaximumPacingBitsPerSecond { get; init; }

    /// <summary>Type of service of what it sends by IPv4.</summary>
    public required byte TypeOfService { get; init; }

    /// <summary>Traffic class of what it sends by IPv6; null for an IPv4 socket.</summary>
    public byte? TrafficClass { get; init; }

    /// <summary>Unsent bytes above which it takes no more from the application; null: the namespace's.</summary>
    public uint? UnsentLowWaterBytes { get; init; }

    /// <summary>Whether keepalive probes are on.</summary>
    public required bool KeepAlive { get; init; }

    /// <summary>Silence before the first probe; null: the namespace's.</summary>
    public double? KeepAliveIdleSeconds { get; init; }

    /// <summary>Time between probes; null: the namespace's.</summary>
    public double? KeepAliveIntervalSeconds { get; init; }

    /// <summary>Probes before it is given up; null: the namespace's.</summary>
    public int? KeepAliveProbes { get; init; }

    /// <summary>Time without acknowledgement after which it is given up; null: none.</summary>
    public uint? UserTimeoutMilliseconds { get; init; }

    /// <summary>Segments sent again, ever.</summary>
    public required uint Retransmits { get; init; }

    /// <summary>Bytes sent, those sent again included.</summary>
    public required ulong SentBytes { get; init; }

    /// <summary>Bytes sent again.</summary>
    public required ulong RetransmittedBytes { get; init; }

    /// <summary>Bytes received.</summary>
    public required ulong ReceivedBytes { get; init; }
}
