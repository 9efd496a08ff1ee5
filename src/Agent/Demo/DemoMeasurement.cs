using System.Collections.Immutable;
using System.Globalization;
using System.Net.Sockets;
using NetEdit.Lab;

namespace NetEdit.Agent.Demo;

/// <summary>What one knob of a connection was found to be.</summary>
/// <param name="Knob">The knob, and the end it was read at.</param>
/// <param name="Value">Its value, with a unit.</param>
/// <param name="Source">How it was read.</param>
/// <param name="Tuned">For a knob that the kernel tunes itself during a transfer: the value in bytes; else null.</param>
internal sealed record DemoReading(string Knob, string Value, string Source, int? Tuned = null)
{
    /* Between two equal transfers autotuning was seen to differ by a factor of three. */
    private const int Noise = 5;

    /// <summary>Whether this is another setting than the other, and not the kernel's own tuning.</summary>
    public bool DiffersFrom(DemoReading other) =>
        Tuned is { } mine && other.Tuned is { } theirs ? Math.Max(mine, theirs) > (long)Math.Min(mine, theirs) * Noise : Value != other.Value;
}

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

    /// <summary>Opens one connection and reads it.</summary>
    public static ImmutableArray<DemoReading> Read(LabNetwork network, DemoConnection connection, LabCgroup scope)
    {
        using var capture = PacketCapture.Start(network.Client, connection.Port);
        using var pair = TcpPair.Open(network, new TcpPairOptions
        {
            Family = connection.Family,
            Port = connection.Port,
            ClientCgroup = connection.ClientInScope ? scope : null,
            ServerCgroup = connection.ServerInScope ? scope : null,
        });
        var readings = ImmutableArray.CreateBuilder<DemoReading>();
        readings.Add(new("congestion window at establishment, client", Segments(TcpInfo.Read(pair.Client)), "TCP_INFO"));
        readings.Add(new("congestion window at establishment, server", Segments(TcpInfo.Read(pair.Server)), "TCP_INFO"));
        readings.AddRange(Sockets(pair));
        pair.SendToServer(TransferBytes);
        pair.SendToClient(TransferBytes);
        readings.Add(Timeout("client", pair.Client));
        readings.Add(Timeout("server", pair.Server));
        readings.Add(Algorithm("client", network.Client, remotePort: connection.Port));
        readings.Add(Algorithm("server", network.Server, localPort: connection.Port));
        readings.AddRange(Wire(capture.Stop()));
        readings.Add(Asked(network, connection, scope));
        return readings.ToImmutable();
    }

    private static IEnumerable<DemoReading> Sockets(TcpPair pair)
    {
        foreach (var (end, socket) in ((string, Socket)[])[("client", pair.Client), ("server", pair.Server)])
        {
            var info = TcpInfo.Read(socket);
            yield return new($"receive buffer, {end}", Bytes(socket.GetReceiveBuffer()), "SO_RCVBUF");
            yield return new($"send buffer, {end}", Bytes(socket.GetSendBuffer()), "SO_SNDBUF", socket.GetSendBuffer());
            yield return new($"largest segment, {end}", Bytes((int)info.SendMss), "TCP_INFO");
            yield return new($"pacing, {end}", info.MaximumPacingRate == ulong.MaxValue ? "no bound" : string.Create(CultureInfo.InvariantCulture, $"{info.MaximumPacingRate * 8 / 1e6:0.##} Mbit/s"), "TCP_INFO");
            yield return new($"keepalive, {end}", Keepalive(socket), "SO_KEEPALIVE, TCP_KEEP…");
            yield return new($"longest without acknowledgement, {end}", socket.GetKernelOption(TcpSocketOptions.TcpLevel, UserTimeout) is var limit and > 0 ? string.Create(CultureInfo.InvariantCulture, $"{limit} ms") : "no bound", "TCP_USER_TIMEOUT");
            yield return new($"unsent at most, {end}", socket.GetKernelOption(TcpSocketOptions.TcpLevel, UnsentLowWater) is var mark and > 0 ? Bytes(mark) : "no bound", "TCP_NOTSENT_LOWAT");
        }
    }

    /* What an application is given that asks for more than the kernel allows by itself. */
    private static DemoReading Asked(LabNetwork network, DemoConnection connection, LabCgroup scope)
    {
        using var socket = network.Client.CreateSocket(connection.Family, cgroup: connection.ClientInScope ? scope : null);
        socket.SetKernelOption(TcpSocketOptions.SocketLevel, SendBuffer, int.MaxValue / 2);
        return new("send buffer that an application may have, client", Bytes(socket.GetSendBuffer()), "SO_SNDBUF");
    }

    private static string Keepalive(Socket socket) => socket.GetKernelOption(TcpSocketOptions.SocketLevel, KeepaliveOption) == 0
        ? "off"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"after {socket.GetKernelOption(TcpSocketOptions.TcpLevel, KeepaliveIdle)} s, {socket.GetKernelOption(TcpSocketOptions.TcpLevel, KeepaliveCount)} probes {socket.GetKernelOption(TcpSocketOptions.TcpLevel, KeepaliveInterval)} s apart");

    /* It moves with the round-trip time: as coarse as the difference that matters. */
    private static DemoReading Timeout(string end, Socket socket) =>
        new($"retransmission timeout, {end}", TcpInfo.Read(socket).RetransmissionTimeout.TotalMilliseconds < OwnTimeout ? "below 200 ms" : "200 ms or more", "TCP_INFO");

    private static IEnumerable<DemoReading> Wire(ImmutableArray<TcpPacket> packets)
    {
        const string Source = "packets on the wire";
        var syn = packets.First(packet => packet.IsSyn);
        var synAck = packets.First(packet => packet.IsSynAck);
        yield return new("MSS of the SYN", Bytes(syn.Mss ?? 0), Source);
        yield return new("DSCP of data, client", Dscp(packets, outgoing: true), Source);
        yield return new("DSCP of data, server", Dscp(packets, outgoing: false), Source);
        yield return new("window of the SYN", Bytes(syn.Window), Source);
        yield return new("window of the SYN-ACK", Bytes(synAck.Window), Source);
        yield return new("window of the first acknowledgement", Bytes(packets.First(packet => packet.Outgoing && !packet.IsSyn).Window << (syn.WindowScale ?? 0)), Source);
        yield return Largest("client", packets, syn, outgoing: true);
        yield return Largest("server", packets, synAck, outgoing: false);
        yield return new("ECN asked for and agreed", $"{Flags(syn)}, {Flags(synAck)}", "SYN and SYN-ACK");
        yield return new("ECN codepoint of data, client", Codepoint(packets, outgoing: true), Source);
        yield return new("ECN codepoint of data, server", Codepoint(packets, outgoing: false), Source);
    }

    private static DemoReading Algorithm(string end, NetworkNamespace host, int? localPort = null, int? remotePort = null)
    {
        var seen = SocketStatistics.Read(host, localPort, remotePort).First();
        return new($"congestion control, {end}", seen.Algorithm, "ss -ti");
    }

    private static DemoReading Largest(string end, ImmutableArray<TcpPacket> packets, TcpPacket handshake, bool outgoing)
    {
        var largest = packets.Where(packet => packet.Outgoing == outgoing && !packet.IsSyn && !packet.IsSynAck).Max(packet => packet.Window << (handshake.WindowScale ?? 0));
        return new($"largest window in 8 MiB, {end}", Bytes(largest), "packets on the wire", largest);
    }

    private static string Codepoint(ImmutableArray<TcpPacket> packets, bool outgoing) =>
        packets.First(packet => packet.Outgoing == outgoing && packet.PayloadLength > 0).Ecn == EcnCodepoint.NotCapable ? "not ECT" : "ECT(0)";

    private static string Dscp(ImmutableArray<TcpPacket> packets, bool outgoing) =>
        packets.First(packet => packet.Outgoing == outgoing && packet.PayloadLength > 0).Dscp.ToString(CultureInfo.InvariantCulture);

    private static string Flags(TcpPacket packet) => (packet.Flags & (TcpHeaderFlags.Ece | TcpHeaderFlags.Cwr)) switch
    {
        TcpHeaderFlags.Ece | TcpHeaderFlags.Cwr => "ECE+CWR",
        TcpHeaderFlags.Ece => "ECE",
        TcpHeaderFlags.Cwr => "CWR",
        _ => "none",
    };

    private static string Segments(TcpInfo info) => string.Create(CultureInfo.InvariantCulture, $"{info.CongestionWindow} segments");

    private static string Bytes(int bytes) => bytes switch
    {
        >= 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.##} MiB"),
        >= 64 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.#} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
    };
}
