using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using NetEdit.Lab;

namespace NetEdit.TestKit;

/// <summary>
/// All that features do to a connection, as its sockets and the wire show it: one word for each thing. Sizes that the kernel tunes by itself are
/// told apart from those of <see cref="FeatureSample"/> only.
/// </summary>
public static class ConnectionImage
{
    private const int TransferBytes = 100_000;
    private const int RoundTrips = 10; // the estimate of a timeout nears its minimum by a quarter each
    private const int MostRoundTrips = 100;
    private const int SmallWindow = 4;
    private const byte ExperimentalOption = 254;
    private const string Other = "other";
    private static readonly TimeSpan ShortTimeout = TimeSpan.FromMilliseconds(190); // the kernel's least is 200 ms
    private static readonly TimeSpan SmallVariation = TimeSpan.FromMilliseconds(2); // of round trips on one machine
    private const int MostExchanges = 20;
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(40); // less than the least timeout of a sample

    /// <summary>Opens a connection, sends something both ways, and looks.</summary>
    /// <param name="network">The hosts.</param>
    /// <param name="cgroup">Of both ends.</param>
    /// <param name="port">The server's.</param>
    /// <param name="family">IPv4 or IPv6.</param>
    public static ImmutableSortedDictionary<string, string> Of(
        LabNetwork network,
        LabCgroup cgroup,
        int port,
        AddressFamily family
    )
    {
        var image = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        using var capture = PacketCapture.Start(network.Client, port);
        using (
            var pair = TcpPair.Open(
                network,
                new TcpPairOptions
                {
                    ClientCgroup = cgroup,
                    ServerCgroup = cgroup,
                    Port = port,
                    Family = family,
                }
            )
        )
        {
            AddEnd(image, "client ", pair.Client);
            AddEnd(image, "server ", pair.Server);
            Use(pair);
            for (var more = 0; more < MostExchanges && (IsDisturbed(pair.Client) || IsDisturbed(pair.Server)); more++)
            {
                Use(pair);
            }

            AddUsed(image, "client ", pair.Client);
            AddUsed(image, "server ", pair.Server);
        }

        AddWire(image, capture.Stop());
        image["SYN timeout"] = SynTimeout(network, cgroup, port);
        return image.ToImmutable();
    }

    /// <summary>Sends something both ways.</summary>
    public static void Use(TcpPair pair)
    {
        pair.SendToServer(TransferBytes, TimeSpan.FromMinutes(1));
        pair.SendToClient(TransferBytes, TimeSpan.FromMinutes(1));
        for (var trip = 0; trip < RoundTrips || (trip < MostRoundTrips && !IsQuiet(pair)); trip++)
        {
            pair.SendToServer(1);
            pair.SendToClient(1);
        }
    }

    /* A machine that is busy or emulated answers late now and then, and for some round trips after it that decides the timeout. */
    private static bool IsQuiet(TcpPair pair) =>
        ((Socket[])[pair.Client, pair.Server])
            .Select(TcpInfo.Read)
            .All(info => info.RoundTripTime + 4 * info.RoundTripVariation < Quiet);

    /// <summary>What one end of an open connection shows.</summary>
    public static ImmutableSortedDictionary<string, string> OfEnd(Socket socket)
    {
        var image = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        AddEnd(image, "", socket);
        AddUsed(image, "", socket);
        return image.ToImmutable();
    }

    /// <summary>Where two images differ, for a person.</summary>
    public static IEnumerable<string> Differences(
        IReadOnlyDictionary<string, string> expected,
        IReadOnlyDictionary<string, string> shown
    ) =>
        from pair in expected
        where shown[pair.Key] != pair.Value
        select $"{pair.Key}: {shown[pair.Key]} instead of {pair.Value}";

    private static void AddEnd(ImmutableSortedDictionary<string, string>.Builder image, string end, Socket socket)
    {
        var info = TcpInfo.Read(socket);
        image[end + "initial window"] = Text(info.CongestionWindow);
        image[end + "segment"] = Text(info.SendMss);
        image[end + "algorithm"] = socket.GetCongestionControl();
        image[end + "pacing"] = info.MaximumPacingRate == ulong.MaxValue ? "none" : Text((long)info.MaximumPacingRate);
        image[end + "send buffer"] = socket.GetSendBuffer() == 2 * FeatureSample.SendBuffer ? "fixed" : Other;
        image[end + "receive buffer"] = socket.GetReceiveBuffer() == 2 * FeatureSample.ReceiveBuffer ? "fixed" : Other;
        image[end + "clamp"] = socket.GetWindowClamp() == FeatureSample.WindowClamp ? "clamped" : Other;
        image[end + "keepalive"] = string.Create(
            CultureInfo.InvariantCulture,
            $"{(socket.GetKernelOption(TcpSocketOptions.SocketLevel, 9) == 0 ? "off" : "on")}, "
                + $"{socket.GetKernelOption(TcpSocketOptions.TcpLevel, 4)} s, "
                + $"{socket.GetKernelOption(TcpSocketOptions.TcpLevel, 5)} s, "
                + $"{socket.GetKernelOption(TcpSocketOptions.TcpLevel, 6)} probes"
        );
        image[end + "user timeout"] = Text(socket.GetKernelOption(TcpSocketOptions.TcpLevel, 18));
        image[end + "low-water mark"] = Text(socket.GetKernelOption(TcpSocketOptions.TcpLevel, 25));
        image[end + "rehash"] = Known(() => Text(socket.GetKernelOption(TcpSocketOptions.SocketLevel, 74)));
    }

    /* A stall of the machine lengthens the estimate, which loses a quarter of that with each round trip. */
    private static bool IsDisturbed(Socket socket)
    {
        var info = TcpInfo.Read(socket);
        return info.RetransmissionTimeout >= ShortTimeout && info.RoundTripVariation > SmallVariation;
    }

    private static void AddUsed(ImmutableSortedDictionary<string, string>.Builder image, string end, Socket socket)
    {
        var info = TcpInfo.Read(socket);
        image[end + "window"] = info.CongestionWindow <= SmallWindow ? "4 or less" : Other;
        image[end + "timeout"] = info.RetransmissionTimeout < ShortTimeout ? "short" : Other;
    }

    private static void AddWire(
        ImmutableSortedDictionary<string, string>.Builder image,
        ImmutableArray<TcpPacket> packets
    )
    {
        var (syn, answer) = (packets.First(packet => packet.IsSyn), packets.First(packet => packet.IsSynAck));
        image["SYN flags"] = syn.Flags.ToString();
        image["SYN window"] = syn.Window is >= FeatureSample.InitialWindow and < FeatureSample.InitialWindow + 1500
            ? "initial"
            : Other;
        image["SYN MSS"] = Text(syn.Mss!.Value);
        image["SYN DSCP"] = Text(syn.Dscp);
        image["SYN-ACK flags"] = answer.Flags.ToString();
        foreach (var (direction, outgoing) in ((string, bool)[])[("sent", true), ("received", false)])
        {
            var data = packets.Where(packet => packet.Outgoing == outgoing && packet.PayloadLength > 0).ToList();
            image["DSCP " + direction] = Words(data.Select(packet => Text(packet.Dscp)));
            // What is sent again is never marked as capable (RFC 3168, 6.1.5).
            image["ECN " + direction] = data.Max(packet => packet.Ecn).ToString();
            image[(outgoing ? "client" : "server") + " delay"] = packets.Any(packet =>
                packet.Outgoing == outgoing && packet.OptionKinds.Contains(ExperimentalOption)
            )
                ? "told"
                : "not told";
            image["flow label " + direction] = Words(data.Select(packet => packet.FlowLabel == 0 ? "none" : "some"));
        }
    }

    /* A neighbour that does not exist: the timeout that the kernel waits for is the first one. */
    private static string SynTimeout(LabNetwork network, LabCgroup cgroup, int port)
    {
        var address = network.ServerAddress.GetAddressBytes();
        address[3] = 77;
        using var socket = network.Client.CreateSocket(AddressFamily.InterNetwork, cgroup: cgroup);
        socket.Blocking = false;
        try
        {
            socket.Connect(new IPEndPoint(new IPAddress(address), port));
        }
        catch (SocketException waiting)
            when (waiting.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            // as expected
        }

        return Text((long)TcpInfo.Read(socket).RetransmissionTimeout.TotalMicroseconds);
    }

    private static string Known(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (SocketException unknown) when (unknown.SocketErrorCode == SocketError.ProtocolOption)
        {
            return "unknown";
        }
    }

    private static string Words(IEnumerable<string> words) =>
        string.Join(", ", words.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
