using System.Net.Sockets;
using NetEdit.Features;
using NetEdit.Lab;
using NetEdit.Model;

namespace NetEdit.Agent.Demo;

/// <summary>A connection of the lab that a policy is about: which ends are in its scope, and where it goes.</summary>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Family">IPv4, or IPv6 when the policy names only IPv6 peers.</param>
/// <param name="Port">The server's port.</param>
/// <param name="ClientInScope">Whether the client's socket is in the policy's cgroup.</param>
/// <param name="ServerInScope">Whether the server's socket is in the policy's cgroup.</param>
/// <param name="Scope">Path of the policy's cgroup as the policy names it.</param>
internal sealed record DemoConnection(
    string Policy,
    AddressFamily Family,
    int Port,
    bool ClientInScope,
    bool ServerInScope,
    string Scope
)
{
    private const int AnyPort = 5001;

    /// <summary>The ends that the policy is for.</summary>
    public DemoEnds Ends =>
        (ClientInScope ? DemoEnds.Client : DemoEnds.None) | (ServerInScope ? DemoEnds.Server : DemoEnds.None);

    /// <summary>A connection that the policy matches in this lab; null when its peers are not among the lab's addresses.</summary>
    public static DemoConnection? For(Policy policy, LabNetwork network)
    {
        var selectors = policy.Connections.IsEmpty
            ? [new ConnectionSelector([IpPrefix.Any], [], [Direction.Outbound, Direction.Inbound])]
            : policy.Connections;
        foreach (var selector in selectors)
        {
            foreach (var family in new[] { AddressFamily.InterNetwork, AddressFamily.InterNetworkV6 })
            {
                var (client, server) =
                    family == AddressFamily.InterNetwork
                        ? (network.ClientAddress, network.ServerAddress)
                        : (network.ClientAddress6, network.ServerAddress6);
                var outbound = selector.Directions.Contains(Direction.Outbound) && Holds(selector, server);
                var inbound = selector.Directions.Contains(Direction.Inbound) && Holds(selector, client);
                if (outbound || inbound)
                {
                    return new DemoConnection(
                        policy.Name,
                        family,
                        selector.Ports.IsEmpty ? AnyPort : selector.Ports[0].First,
                        outbound,
                        inbound,
                        DemoLab.PathOf(policy)
                    );
                }
            }
        }

        return null;
    }

    private static bool Holds(ConnectionSelector selector, System.Net.IPAddress address) =>
        IpPrefix.TryParse(address.ToString(), out var single, out _)
        && selector.Peers.Any(peers => peers.Contains(single));
}
