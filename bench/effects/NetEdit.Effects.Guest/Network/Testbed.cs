using System.Globalization;
using System.Net;
using System.Net.Sockets;
using NetEdit.Lab;

namespace NetEdit.Effects.Guest;

/// <summary>
/// A client and a server in different networks, and a router between them. What the router sends to the client goes through the bottleneck, what it sends
/// to the server is delayed by the whole round trip: so the delay adds nothing to the queue that is measured.
/// </summary>
internal sealed class Testbed : IDisposable
{
    // The router's interfaces, by whom they lead to.
    private const string Down = "client";
    private const string Up = "server";
    private static readonly IPAddress DownAddress = IPAddress.Parse("10.1.0.1");
    private static readonly IPAddress UpAddress = IPAddress.Parse("10.2.0.1");

    /// <summary>Sets the hosts up.</summary>
    /// <param name="bottleneck">The router's queue.</param>
    public Testbed(Bottleneck bottleneck)
    {
        (Client, Router, Server) = (NetworkNamespace.Create(), NetworkNamespace.Create(), NetworkNamespace.Create());
        Client.Configure([$"link add net type veth peer name {Down} netns {Router.Name}"]);
        Server.Configure([$"link add net type veth peer name {Up} netns {Router.Name}"]);
        Router.Configure([.. Device(Down, DownAddress), .. Device(Up, UpAddress)]);
        Client.Configure([.. Device("net", ClientAddress), "route add default via 10.1.0.1"]);
        Server.Configure(Device("net", ServerAddress));
        Meet(Client, "net", ClientAddress, Router, Down, DownAddress);
        Meet(Server, "net", ServerAddress, Router, Up, UpAddress);
        SetServerRoute("");
        Router.SetSysctl("net.ipv4.ip_forward", "1");
        foreach (var host in new[] { Client, Server })
        {
            // What the last connection learned of the path would be the next one's start.
            host.SetSysctl("net.ipv4.tcp_no_metrics_save", "1");
            host.SetSysctl("net.ipv4.tcp_congestion_control", "cubic");
        }

        // A pair of interfaces hands packets over by way of a queue of the processor, which stands for a cable and must not drop.
        Kernel.SetSysctl("net.core.netdev_max_backlog", "100000");

        Shape(
            string.Create(
                CultureInfo.InvariantCulture,
                $"qdisc add dev {Down} root handle 1: tbf rate {bottleneck.MegabitsPerSecond}mbit burst "
                    + $"{bottleneck.BurstBytes} limit {bottleneck.QueueBytes}"
            )
        );
        if (bottleneck.MarkingBytes is { } marking)
        {
            // A step, as RFC 8257 section 4.1 has it: no room between the thresholds, and the smallest burst that RED takes, with which its average follows within a packet or two.
            Shape(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"qdisc add dev {Down} parent 1:1 handle 10: red limit {bottleneck.QueueBytes} min "
                        + $"{marking} max {marking + 1} avpkt 1000 burst {marking / 1000} bandwidth "
                        + $"{bottleneck.MegabitsPerSecond}mbit ecn nodrop"
                )
            );
        }

        Shape($"qdisc add dev {Up} root netem limit 1000000");
        Queue = new QueueReader(Router, Down);
    }

    /// <summary>Who asks and receives.</summary>
    public NetworkNamespace Client { get; }

    public NetworkNamespace Router { get; }

    /// <summary>Who answers and sends.</summary>
    public NetworkNamespace Server { get; }

    public IPAddress ClientAddress { get; } = IPAddress.Parse("10.1.0.2");

    public IPAddress ServerAddress { get; } = IPAddress.Parse("10.2.0.2");

    /// <summary>The bottleneck's queue.</summary>
    public QueueReader Queue { get; }

    /// <summary>Sets the round-trip time without queueing.</summary>
    public void SetDelay(int milliseconds) =>
        Shape(
            string.Create(
                CultureInfo.InvariantCulture,
                $"qdisc change dev {Up} root netem delay {milliseconds}ms limit 1000000"
            )
        );

    /// <summary>Waits until nothing of the last case is in the queue.</summary>
    public void WaitUntilEmpty()
    {
        while (Queue.Read().Bytes > 0)
        {
            Thread.Sleep(1);
        }
    }

    /// <summary>Sets the server's route to the client.</summary>
    /// <param name="options">As <c>ip route</c> has them: <c>initcwnd 40</c>.</param>
    public void SetServerRoute(string options) =>
        Server.Configure([$"route replace 10.1.0.0/24 via 10.2.0.1 {options}"]);

    /// <summary>Creates a socket of the server that listens at a port.</summary>
    public Socket Listen(int port) =>
        LabListener.Open(Server, new IPEndPoint(ServerAddress, port), setup: socket => socket.NoDelay = true).Socket;

    /// <summary>Creates a socket of the client.</summary>
    public Socket CreateClient()
    {
        var socket = Client.CreateSocket(AddressFamily.InterNetwork);
        socket.NoDelay = true;
        return socket;
    }

    public void Dispose()
    {
        Queue.Dispose();
        Client.Dispose();
        Router.Dispose();
        Server.Dispose();
    }

    /// <summary>Packets as they are on a cable: offload would let pairs of interfaces pass 64 KiB at once.</summary>
    private static IEnumerable<string> Device(string name, IPAddress address) =>
        [
            $"link set {name} gso_max_segs 1 address {Hardware(address)}",
            $"link set {name} up",
            $"addr add {address}/24 dev {name}",
        ];

    /// <summary>Hosts that know each other's hardware address: asking for it would be delayed as all else is.</summary>
    private static void Meet(
        NetworkNamespace host,
        string device,
        IPAddress address,
        NetworkNamespace router,
        string port,
        IPAddress portAddress
    )
    {
        host.Configure([$"neigh replace {portAddress} lladdr {Hardware(portAddress)} dev {device} nud permanent"]);
        router.Configure([$"neigh replace {address} lladdr {Hardware(address)} dev {port} nud permanent"]);
    }

    private static string Hardware(IPAddress address) =>
        "02:00:"
        + string.Join(':', address.GetAddressBytes().Select(part => part.ToString("x2", CultureInfo.InvariantCulture)));

    private void Shape(string command)
    {
        var outcome = Netedit.RunProgram("tc", ["-netns", Router.Name, .. command.Split(' ')]);
        if (outcome.ExitCode != 0)
        {
            throw new InvalidOperationException($"tc {command}: {outcome}");
        }
    }
}
