using System.Net.Sockets;
using NetEdit.Lab;

namespace NetEdit.Bench.Kernel;

/// <summary>Something that several ways can set on a connection.</summary>
/// <param name="Tuning">As a policy sets it.</param>
/// <param name="Options">As setsockopt sets it; none when it cannot.</param>
/// <param name="Route">As a route's metric sets it; empty when it cannot.</param>
/// <param name="Shows">What of it an end shows, one for each value.</param>
internal sealed record Setting(string Tuning, SocketOption[] Options, string Route, params Func<Socket, bool>[] Shows)
{
    private const int Window = 4 << 20;
    private const int Buffer = 256 << 10;

    internal static readonly Setting InitialWindow = new(
        "initial-cwnd: { segments: 40 }",
        [],
        "initcwnd 40",
        socket => TcpInfo.Read(socket).CongestionWindow == 40
    );

    internal static readonly Setting Algorithm = new(
        "congestion-control: { algorithm: cubic }",
        [new(Tcp, 13, "cubic")],
        "congctl cubic",
        socket => socket.GetCongestionControl() == "cubic"
    );

    internal static readonly Setting WindowBound = new(
        "receive-window: { clamp: 4MiB }",
        [new(Tcp, 10, Window)],
        $"window {Window}",
        socket => socket.GetWindowClamp() == Window
    );

    internal static readonly Setting Segment = new(
        "mss: { bytes: 1000B }",
        [new(Tcp, 2, 1000)],
        "advmss 1000",
        socket => TcpInfo.Read(socket).SendMss <= 1000
    );

    internal static readonly Setting Keepalive = new(
        "keepalive: { idle: 100s, interval: 7s, count: 5, user-timeout: 135s }",
        [new(Base, 9, 1), new(Tcp, 4, 100), new(Tcp, 5, 7), new(Tcp, 6, 5), new(Tcp, 18, 135_000)],
        "",
        Is(Base, 9, 1),
        Is(Tcp, 4, 100),
        Is(Tcp, 5, 7),
        Is(Tcp, 6, 5),
        Is(Tcp, 18, 135_000)
    );

    internal static readonly Setting Pacing = new(
        "pacing: { rate: 2Gbit }",
        [new(Base, 47, 250_000_000)],
        "",
        Is(Base, 47, 250_000_000)
    );

    internal static readonly Setting UnsentBytes = new(
        "unsent-low-water: { bytes: 128KiB }",
        [new(Tcp, 25, 128 << 10)],
        "",
        Is(Tcp, 25, 128 << 10)
    );

    /* The kernel doubles what is asked for. */
    internal static readonly Setting Buffers = new(
        "socket-buffers: { send: 256KiB, receive: 256KiB }",
        [new(Base, 7, Buffer), new(Base, 8, Buffer)],
        "",
        socket => socket.GetSendBuffer() == 2 * Buffer,
        socket => socket.GetReceiveBuffer() == 2 * Buffer
    );

    internal static readonly Setting Dscp = new("dscp: { value: 10 }", [new(IP, 1, 40)], "", Is(IP, 1, 40));

    private const int Base = TcpSocketOptions.SocketLevel;
    private const int Tcp = TcpSocketOptions.TcpLevel;
    private const int IP = Syscalls.LevelIP;

    private static Func<Socket, bool> Is(int level, int option, int value) =>
        socket => socket.GetKernelOption(level, option) == value;
}
