namespace NetEdit.Features;

/// <summary>
/// The values of a socket, read from the kernel. A value is null if the default of the network namespace applies, or if
/// no bound exists.
/// </summary>
public sealed record SocketValues
{
    /// <summary>Name of the congestion control.</summary>
    public required string CongestionControl { get; init; }

    /// <summary>Congestion window, in segments.</summary>
    public required uint CongestionWindow { get; init; }

    /// <summary>Slow start threshold, in segments; null before the first loss.</summary>
    public uint? SlowStartThreshold { get; init; }

    /// <summary>Upper bound of the congestion window, in segments; null if no bound exists.</summary>
    public uint? CongestionWindowClamp { get; init; }

    /// <summary>Size of the segments that the socket sends, in bytes.</summary>
    public required uint SegmentBytes { get; init; }

    /// <summary>Size of the segments that the socket told its peer to send, in bytes.</summary>
    public required uint AdvertisedSegmentBytes { get; init; }

    /// <summary>Receive buffer in bytes, as SO_RCVBUF reads it, which is twice the size that was set.</summary>
    public required uint ReceiveBufferBytes { get; init; }

    /// <summary>Send buffer in bytes, as SO_SNDBUF reads it, which is twice the size that was set.</summary>
    public required uint SendBufferBytes { get; init; }

    /// <summary>Largest receive window, in bytes.</summary>
    public required uint WindowClampBytes { get; init; }

    /// <summary>Retransmission timeout, in milliseconds.</summary>
    public required double RtoMilliseconds { get; init; }

    /// <summary>
    /// Lower bound of the retransmission timeout, in milliseconds; null if this kernel has no such bound per socket.
    /// </summary>
    public double? RtoMinimumMilliseconds { get; init; }

    /// <summary>
    /// Upper bound of the retransmission timeout, in milliseconds; null if this kernel has no such bound per socket
    /// (before 6.15).
    /// </summary>
    public double? RtoMaximumMilliseconds { get; init; }

    /// <summary>Smoothed round-trip time, in milliseconds; null before the first sample.</summary>
    public double? RoundTripMilliseconds { get; init; }

    /// <summary>Pacing rate, in bits per second; null if the socket is not paced (the rate is unlimited).</summary>
    public ulong? PacingBitsPerSecond { get; init; }

    /// <summary>Upper bound of the pacing rate, in bits per second; null if no bound exists.</summary>
    public ulong? MaximumPacingBitsPerSecond { get; init; }

    /// <summary>Type of service of the IPv4 packets that the socket sends.</summary>
    public required byte TypeOfService { get; init; }

    /// <summary>Traffic class of the IPv6 packets that the socket sends; null for an IPv4 socket.</summary>
    public byte? TrafficClass { get; init; }

    /// <summary>
    /// Number of unsent bytes above which the socket takes no more data from the application; null if the default of
    /// the network namespace applies.
    /// </summary>
    public uint? UnsentLowWaterBytes { get; init; }

    /// <summary>Whether keepalive probes are on.</summary>
    public required bool KeepAlive { get; init; }

    /// <summary>
    /// Silence before the first keepalive probe, in seconds; null if the default of the network namespace applies.
    /// </summary>
    public double? KeepAliveIdleSeconds { get; init; }

    /// <summary>
    /// Time between keepalive probes, in seconds; null if the default of the network namespace applies.
    /// </summary>
    public double? KeepAliveIntervalSeconds { get; init; }

    /// <summary>
    /// Unanswered keepalive probes after which the connection is given up; null if the default of the network namespace
    /// applies.
    /// </summary>
    public int? KeepAliveProbes { get; init; }

    /// <summary>
    /// Time without an acknowledgement after which the connection is given up, in milliseconds; null if no such time is
    /// set.
    /// </summary>
    public uint? UserTimeoutMilliseconds { get; init; }

    /// <summary>Number of segments that the connection has retransmitted so far.</summary>
    public required uint Retransmits { get; init; }

    /// <summary>Number of bytes sent, including retransmitted bytes.</summary>
    public required ulong SentBytes { get; init; }

    /// <summary>Number of bytes retransmitted.</summary>
    public required ulong RetransmittedBytes { get; init; }

    /// <summary>Number of bytes received.</summary>
    public required ulong ReceivedBytes { get; init; }
}
