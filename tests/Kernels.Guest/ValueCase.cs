using System.Collections.Immutable;
using System.Globalization;
using System.Net.Sockets;
using NetEdit.Lab;

namespace NetEdit.Kernels.Guest;

/// <summary>A value of a feature: one of its bounds, or the one that its page advertises; and what a connection has where all of it is given.</summary>
/// <param name="Feature">The feature.</param>
/// <param name="Tuning">What a policy says of it, in one line.</param>
/// <param name="Read">Reads it of a connection whose client is tuned.</param>
/// <param name="Least">The least there is where all of it is given.</param>
/// <param name="Most">The most there is then.</param>
internal sealed record ValueCase(string Feature, string Tuning, Func<TcpPair, double> Read, double Least, double Most)
{
    private const int KiB = 1024;
    private const int MiB = 1024 * KiB;
    private const int Segment = 1448;

    /// <summary>What an operator allows beside these values (docs/values.md), bytes.</summary>
    public const int LargestBuffer = 16 * MiB;

    /// <summary>All of them. What shows only in time, or to no socket, is in the features' own tests.</summary>
    public static ImmutableArray<ValueCase> All { get; } =
    [
        .. InitialWindows(2 * KiB, 64 * KiB, 256 * KiB, 16 * MiB),
        Exactly("receive-window", "{ clamp: 4KiB }", pair => pair.Client.GetWindowClamp(), 4 * KiB),
        Exactly("receive-window", "{ clamp: 512KiB, buffer: 1MiB }", pair => pair.Client.GetWindowClamp(), 512 * KiB),
        Exactly("receive-window", "{ buffer: 4KiB }", pair => pair.Client.GetReceiveBuffer(), 8 * KiB),
        Exactly("receive-window", "{ buffer: 8MiB }", pair => pair.Client.GetReceiveBuffer(), 16 * MiB),
        .. Numbers("initial-cwnd", "segments", pair => TcpInfo.Read(pair.Client).CongestionWindow, 1, 40, 1000),
        Exactly(
            "socket-buffers",
            "{ send: 4KiB, receive: 4KiB }",
            pair => pair.Client.GetSendBuffer() + pair.Client.GetReceiveBuffer(),
            16 * KiB
        ),
        Exactly(
            "socket-buffers",
            "{ send: 200KiB, receive: 16MiB }",
            pair => pair.Client.GetSendBuffer() + pair.Client.GetReceiveBuffer(),
            (400 * KiB) + (32 * MiB)
        ),
        .. Option("keepalive", "idle", "s", 4, 1, 1, 30, 32767),
        .. Option("keepalive", "interval", "s", 5, 1, 1, 10, 32767),
        .. Option("keepalive", "count", "", 6, 1, 1, 7, 127),
        .. Option("keepalive", "user-timeout", "ms", 18, 1, 100, 100_000, 86_400_000),
        .. Option("unsent-low-water", "bytes", "KiB", 25, KiB, 1, 128, MiB),
        .. Option("rto", "maximum", "s", 44, 1000, 1, 120),
        new("rto", "{ minimum: 1ms }", Timeout, 0, 199) { MayBeRaised = true },
        new("rto", "{ minimum: 20ms }", Timeout, 0, 199),
        new("rto", "{ minimum: 200ms }", Timeout, 200, double.MaxValue),
        new("mss", "{ bytes: 88B }", pair => pair.Client.GetMaxSegment(), 88 - 12, 88),
        new("mss", "{ bytes: 1380B }", pair => pair.Client.GetMaxSegment(), 1380 - 12, 1380),
        new("mss", "{ bytes: 32767B }", pair => pair.Client.GetMaxSegment(), 1460 - 12, 32767),
        .. new[] { (Text: "64kbit", Bytes: 8_000.0), ("1Gbit", 125_000_000), ("34Gbit", 4_250_000_000) }.Select(rate =>
            Exactly(
                "pacing",
                $"{{ rate: {rate.Text} }}",
                pair => TcpInfo.Read(pair.Client).MaximumPacingRate,
                rate.Bytes
            )
        ),
        new("send-cwnd-clamp", "{ segments: 2 }", pair => TcpInfo.Read(pair.Client).CongestionWindow, 2, 2),
        new(
            "send-cwnd-clamp",
            "{ segments: 1000000 }",
            pair => TcpInfo.Read(pair.Client).CongestionWindow,
            10,
            1_000_000
        ),
        .. Numbers("dscp", "value", pair => pair.Client.GetKernelOption(0, 1) >> 2, 0, 1, 63),
    ];

    /// <summary>Whether a kernel may bring it to the least it takes, which the connection then has.</summary>
    public bool MayBeRaised { get; init; }

    /// <summary>Whether a connection has all of it.</summary>
    public bool IsGiven(double found) => found >= Least && found <= Most;

    public override string ToString() => $"{Feature}: {Tuning}";

    // As the peer sees it when the handshake is over; a buffer has room for twice what is offered at first.
    private static IEnumerable<ValueCase> InitialWindows(params int[] sizes) =>
        from bytes in sizes
        let text = bytes % MiB == 0 ? $"{bytes / MiB}MiB" : $"{bytes / KiB}KiB"
        select new ValueCase(
            "receive-window",
            $"{{ initial: {text}, buffer: {LargestBuffer / MiB}MiB }}",
            pair => TcpInfo.Read(pair.Server).SendWindow,
            0.9 * bytes,
            (1.1 * bytes) + Segment
        );

    private static IEnumerable<ValueCase> Numbers(
        string feature,
        string parameter,
        Func<TcpPair, double> read,
        params int[] values
    ) =>
        values.Select(value =>
            Exactly(feature, string.Create(CultureInfo.InvariantCulture, $"{{ {parameter}: {value} }}"), read, value)
        );

    private static IEnumerable<ValueCase> Option(
        string feature,
        string parameter,
        string unit,
        int option,
        int factor,
        params int[] values
    ) =>
        values.Select(value =>
            Exactly(
                feature,
                string.Create(CultureInfo.InvariantCulture, $"{{ {parameter}: {value}{unit} }}"),
                pair => OptionOf(pair, option),
                (double)value * factor
            )
        );

    private static ValueCase Exactly(string feature, string tuning, Func<TcpPair, double> read, double value) =>
        new(feature, tuning, read, value, value);

    // A kernel without the option gives none of it.
    private static double OptionOf(TcpPair pair, int option)
    {
        try
        {
            return pair.Client.GetKernelOption(TcpSocketOptions.TcpLevel, option);
        }
        catch (SocketException)
        {
            return double.NaN;
        }
    }

    private static double Timeout(TcpPair pair) => TcpInfo.Read(pair.Client).RetransmissionTimeout.TotalMilliseconds;
}
