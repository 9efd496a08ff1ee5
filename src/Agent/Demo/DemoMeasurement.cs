using System.Collections.Immutable;
using System.Globalization;
using System.Net.Sockets;
using NetEdit.Bpf;
using NetEdit.Lab;

namespace NetEdit.Agent.Demo;

/// <summary>Opens connections of the lab and reads every knob it knows, from the kernel and from the wire.</summary>
internal static class DemoMeasurement
{
    private const int TransferBytes = 8 * 1024 * 1024;
    private const int OwnTimeout = 200; // milliseconds, the kernel's
    private const int SendBuffer = 7; // asm/socket.h, linux/tcp.h
    private const int KeepaliveOption = 9;
    private const int KeepaliveIdle = 4;
    private const int KeepaliveInterval = 5;
    private const int KeepaliveCount = 6;
    private const int UserTimeout = 18;
    private const int UnsentLowWater = 25;
    private const string KernelSource = "TCP_INFO";
    private const string NoBound = "no bound";
    private const string WireSource = "packets on the wire";

    private static readonly ImmutableArray<string> Dscp = [Knob.TypeOfService.Name, Knob.TrafficClass.Name];
    private static readonly ImmutableArray<string> Window =
    [
        Knob.InitialReceiveWindow.Name,
        Knob.ReceiveWindowClamp.Name,
        Knob.ReceiveBuffer.Name,
    ];

    private static readonly ImmutableArray<string> Ecn = [Knob.Ecn.Name];

    private static readonly ImmutableArray<string> Keepalive =
    [
        Knob.Keepalive.Name,
        Knob.KeepaliveIdle.Name,
        Knob.KeepaliveInterval.Name,
        Knob.KeepaliveCount.Name,
    ];

    /// <summary>Opens one connection and reads it.</summary>
    public static ImmutableArray<DemoReading> Read(LabNetwork network, DemoConnection connection, LabCgroup scope)
    {
        using var capture = PacketCapture.Start(network.Client, connection.Port);
        using var pair = TcpPair.Open(
            network,
            new TcpPairOptions
            {
                Family = connection.Family,
                Port = connection.Port,
                ClientCgroup = connection.ClientInScope ? scope : null,
                ServerCgroup = connection.ServerInScope ? scope : null,
            }
        );

        // Buffers and clamps before any data: a transfer tunes them, by the load of the moment.
        var readings = ImmutableArray.CreateBuilder<DemoReading>();
        readings.Add(Segments(DemoEnds.Client, pair.Client));
        readings.Add(Segments(DemoEnds.Server, pair.Server));
        readings.AddRange(OfSocket(DemoEnds.Client, pair.Client));
        readings.AddRange(OfSocket(DemoEnds.Server, pair.Server));
        var clamps = (Client: pair.Client.GetWindowClamp(), Server: pair.Server.GetWindowClamp());
        pair.SendToServer(TransferBytes);
        pair.SendToClient(TransferBytes);
        readings.Add(Timeout(DemoEnds.Client, pair.Client));
        readings.Add(Timeout(DemoEnds.Server, pair.Server));
        readings.Add(Algorithm(DemoEnds.Client, SocketStatistics.Read(network.Client, remotePort: connection.Port)));
        readings.Add(Algorithm(DemoEnds.Server, SocketStatistics.Read(network.Server, localPort: connection.Port)));
        readings.AddRange(OfWire(capture.Stop(), clamps.Client, clamps.Server));
        readings.Add(Asked(network, connection, scope));
        return readings.ToImmutable();
    }

    private static DemoReading At(
        DemoEnds end,
        string what,
        string value,
        string source,
        params ImmutableArray<string> knobs
    ) => new(what, end, value, source, end, knobs);

    private static DemoReading Segments(DemoEnds end, Socket socket) =>
        At(
            end,
            "congestion window at establishment",
            string.Create(CultureInfo.InvariantCulture, $"{TcpInfo.Read(socket).CongestionWindow} segments"),
            KernelSource,
            Knob.InitialWindow.Name
        );

    private static IEnumerable<DemoReading> OfSocket(DemoEnds end, Socket socket)
    {
        var info = TcpInfo.Read(socket);
        var megabits = info.MaximumPacingRate * 8 / 1e6;
        var isUnbound = info.MaximumPacingRate == ulong.MaxValue;
        var rate = isUnbound ? NoBound : string.Create(CultureInfo.InvariantCulture, $"{megabits:0.##} Mbit/s");
        var silence = socket.GetKernelOption(TcpSocketOptions.TcpLevel, UserTimeout);
        var longest = silence > 0 ? string.Create(CultureInfo.InvariantCulture, $"{silence} ms") : NoBound;
        var unsent = socket.GetKernelOption(TcpSocketOptions.TcpLevel, UnsentLowWater);
        var most = unsent > 0 ? Bytes(unsent) : NoBound;
        var segment = Bytes((int)info.SendMss);
        yield return At(end, "receive buffer", Bytes(socket.GetReceiveBuffer()), "SO_RCVBUF", Knob.ReceiveBuffer.Name);
        yield return At(end, "send buffer", Bytes(socket.GetSendBuffer()), "SO_SNDBUF", Knob.SendBuffer.Name);

        // Who opens the connection says in its SYN how large the segments of both ends may be.
        yield return new("largest segment", end, segment, KernelSource, DemoEnds.Client, [Knob.MaximumSegment.Name]);
        yield return At(end, "pacing", rate, KernelSource, Knob.PacingRate.Name);
        yield return At(end, "keepalive", Probes(socket), "SO_KEEPALIVE, TCP_KEEP…", Keepalive);
        yield return At(end, "longest without acknowledgement", longest, "TCP_USER_TIMEOUT", Knob.UserTimeout.Name);
        yield return At(end, "unsent at most", most, "TCP_NOTSENT_LOWAT", Knob.UnsentLowWater.Name);
    }

    /* What an application is given that asks for more than the kernel allows by itself. */
    private static DemoReading Asked(LabNetwork network, DemoConnection connection, LabCgroup scope)
    {
        using var socket = network.Client.CreateSocket(
            connection.Family,
            cgroup: connection.ClientInScope ? scope : null
        );
        socket.SetKernelOption(TcpSocketOptions.SocketLevel, SendBuffer, int.MaxValue / 2);
        var given = Bytes(socket.GetSendBuffer());
        var hook = Hook.SetSocketOption.Name;
        return At(DemoEnds.Client, "send buffer that an application may have", given, "SO_SNDBUF", hook);
    }

    private static string Probes(Socket socket)
    {
        var idle = socket.GetKernelOption(TcpSocketOptions.TcpLevel, KeepaliveIdle);
        var interval = socket.GetKernelOption(TcpSocketOptions.TcpLevel, KeepaliveInterval);
        var count = socket.GetKernelOption(TcpSocketOptions.TcpLevel, KeepaliveCount);
        return socket.GetKernelOption(TcpSocketOptions.SocketLevel, KeepaliveOption) == 0
            ? "off"
            : string.Create(CultureInfo.InvariantCulture, $"after {idle} s, {count} probes {interval} s apart");
    }

    /* It moves with the round-trip time: as coarse as the difference that matters. */
    private static DemoReading Timeout(DemoEnds end, Socket socket) =>
        At(
            end,
            "retransmission timeout",
            TcpInfo.Read(socket).RetransmissionTimeout.TotalMilliseconds < OwnTimeout
                ? "below 200 ms"
                : "200 ms or more",
            KernelSource,
            Knob.MinimumTimeout.Name
        );

    private static DemoReading Algorithm(DemoEnds end, ImmutableArray<SocketStatistics> seen) =>
        At(end, "congestion control", seen[0].Algorithm, "ss -ti", Knob.CongestionControl.Name);

    private static IEnumerable<DemoReading> OfWire(ImmutableArray<TcpPacket> packets, int clientClamp, int serverClamp)
    {
        var syn = packets.First(packet => packet.IsSyn);
        var synAck = packets.First(packet => packet.IsSynAck);
        var offered = packets.First(packet => packet.Outgoing && !packet.IsSyn).Window << (syn.WindowScale ?? 0);
        var ecn = Named("ECN asked for and agreed", $"{Flags(syn)}, {Flags(synAck)}", DemoEnds.Either, Ecn);
        yield return Named("MSS of the SYN", Bytes(syn.Mss ?? 0), DemoEnds.Client, Knob.MaximumSegment.Name);
        yield return Named("window of the SYN", Bytes(syn.Window), DemoEnds.Client, Window);
        yield return Named("window of the SYN-ACK", Bytes(synAck.Window), DemoEnds.Server, Window);
        yield return Named("window of the first acknowledgement", Bytes(offered), DemoEnds.Client, Window);
        yield return Largest(DemoEnds.Client, packets, syn, clientClamp);
        yield return Largest(DemoEnds.Server, packets, synAck, serverClamp);
        yield return ecn with
        {
            Source = "SYN and SYN-ACK",
        };
        foreach (var end in (DemoEnds[])[DemoEnds.Client, DemoEnds.Server])
        {
            var data = packets.First(packet => packet.Outgoing == (end == DemoEnds.Client) && packet.PayloadLength > 0);
            var codepoint = data.Ecn == EcnCodepoint.NotCapable ? "not ECT" : "ECT(0)";
            yield return At(end, "ECN codepoint of data", codepoint, WireSource, Ecn);
            yield return At(end, "DSCP of data", data.Dscp.ToString(CultureInfo.InvariantCulture), WireSource, Dscp);
        }
    }

    private static DemoReading Named(string what, string value, DemoEnds setAt, params ImmutableArray<string> knobs) =>
        new(what, DemoEnds.None, value, WireSource, setAt, knobs);

    /* How far autotuning lifts a window depends on the load of the moment; that it exceeds the first clamp does not. */
    private static DemoReading Largest(DemoEnds end, ImmutableArray<TcpPacket> packets, TcpPacket handshake, int clamp)
    {
        var scale = handshake.WindowScale ?? 0;
        var largest = packets
            .Where(packet => packet.Outgoing == (end == DemoEnds.Client) && !packet.IsSyn && !packet.IsSynAck)
            .Max(packet => packet.Window << scale);
        var isHeld = largest <= clamp + (1 << scale);
        var value = isHeld ? "at most " + Bytes(clamp) : "autotuned";
        return At(end, "window in 8 MiB", value, WireSource, Knob.ReceiveWindowClamp.Name);
    }

    private static string Flags(TcpPacket packet) =>
        (packet.Flags & (TcpHeaderFlags.Ece | TcpHeaderFlags.Cwr)) switch
        {
            TcpHeaderFlags.Ece | TcpHeaderFlags.Cwr => "ECE+CWR",
            TcpHeaderFlags.Ece => "ECE",
            TcpHeaderFlags.Cwr => "CWR",
            _ => "none",
        };

    private static string Bytes(int bytes) =>
        bytes switch
        {
            >= 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.##} MiB"),
            >= 64 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.#} KiB"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        };
}
