using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace NetEdit.Lab;

/// <summary>Two hosts, a client and a server, each a network namespace, joined by a veth pair with IPv4 and IPv6 addresses. Removed when disposed.</summary>
public sealed class LabNetwork : IDisposable
{
    private LabNetwork(NetworkNamespace client, NetworkNamespace server, LabNetworkOptions options)
    {
        Client = client;
        Server = server;
        ClientAddress = IPAddress.Parse(Address4(options, 1));
        ServerAddress = IPAddress.Parse(Address4(options, 2));
        ClientAddress6 = IPAddress.Parse(Address6(options, 1));
        ServerAddress6 = IPAddress.Parse(Address6(options, 2));
    }

    /// <summary>The client's host.</summary>
    public NetworkNamespace Client { get; }

    /// <summary>The server's host.</summary>
    public NetworkNamespace Server { get; }

    /// <summary>10.77.x.1.</summary>
    public IPAddress ClientAddress { get; }

    /// <summary>10.77.x.2.</summary>
    public IPAddress ServerAddress { get; }

    /// <summary>fd77:x::1.</summary>
    public IPAddress ClientAddress6 { get; }

    /// <summary>fd77:x::2.</summary>
    public IPAddress ServerAddress6 { get; }

    /// <summary>Name of the client's end of the pair, in <see cref="Client"/>.</summary>
    public string ClientInterface => Client.Name;

    /// <summary>Name of the server's end of the pair, in <see cref="Server"/>.</summary>
    public string ServerInterface => Server.Name;

    /// <summary>Makes both hosts and the link between them.</summary>
    /// <exception cref="LabException">No permission, no iproute2, or the kernel has no veth; nothing is left then.</exception>
    public static LabNetwork Create(LabNetworkOptions? options = null)
    {
        options ??= new LabNetworkOptions();
        var name = LabName.Next();
        var (clientName, serverName) = (name + "-c", name + "-s");
        NetworkNamespace? client = null;
        NetworkNamespace? server = null;
        try
        {
            Command.Run("ip", ["netns", "add", clientName]);
            client = NetworkNamespace.Adopt(clientName);
            Command.Run("ip", ["netns", "add", serverName]);
            server = NetworkNamespace.Adopt(serverName);
            client.Configure([
                $"link add {clientName} type veth peer name {serverName} netns {serverName}",
                .. Setup(options, clientName, 1),
            ]);
            server.Configure([
                .. Setup(options, serverName, 2),
                .. Extra(options.ServerAddresses, serverName, options.ClientAddresses),
            ]);
            client.Configure(Extra(options.ClientAddresses, clientName, options.ServerAddresses));
            return new LabNetwork(client, server, options);
        }
        catch
        {
            client?.Dispose();
            server?.Dispose();
            throw;
        }
    }

    /// <summary>The server's address of a family.</summary>
    public IPAddress ServerAddressOf(AddressFamily family) =>
        family == AddressFamily.InterNetworkV6 ? ServerAddress6 : ServerAddress;

    /// <summary>Removes both hosts and the link.</summary>
    public void Dispose()
    {
        try
        {
            // Removed by name: a socket or thread that lives on keeps a namespace, and would keep the pair with it.
            Client.Configure([$"link delete {ClientInterface}"]);
        }
        catch (LabException)
        {
            // Gone already: it goes with the namespaces.
        }

        Client.Dispose();
        Server.Dispose();
    }

    private static IEnumerable<string> Setup(LabNetworkOptions options, string device, int host)
    {
        yield return "link set lo up";
        if (options.Mtu is { } mtu)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"link set {device} mtu {mtu}");
        }

        if (!options.SegmentationOffload)
        {
            yield return $"link set {device} gso_max_segs 1";
        }

        yield return $"link set {device} up";
        yield return $"addr add {Address4(options, host)}/24 dev {device}";
        yield return $"addr add {Address6(options, host)}/64 dev {device} nodad";
    }

    private static IEnumerable<string> Extra(
        IReadOnlyList<IPAddress> own,
        string device,
        IReadOnlyList<IPAddress> others
    )
    {
        foreach (var address in own)
        {
            yield return address.AddressFamily == AddressFamily.InterNetworkV6
                ? $"addr add {address}/128 dev {device} nodad"
                : $"addr add {address}/32 dev {device}";
        }

        foreach (var address in others)
        {
            yield return $"route add {address} dev {device}";
        }
    }

    private static string Address4(LabNetworkOptions options, int host) =>
        string.Create(CultureInfo.InvariantCulture, $"10.77.{options.Subnet}.{host}");

    private static string Address6(LabNetworkOptions options, int host) =>
        string.Create(CultureInfo.InvariantCulture, $"fd77:{options.Subnet}::{host}");
}
