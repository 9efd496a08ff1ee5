using System.Collections.Frozen;
using System.Net;
using NetEdit.Adapter;

namespace NetEdit.Agent.Auditing;

/// <summary>A connection of a sample.</summary>
/// <param name="Connection">The connection.</param>
/// <param name="IsNew">Whether it was opened since the audit before, by the rules and values that hold now.</param>
/// <param name="IsProbe">Whether the audit opened it.</param>
internal sealed record SampledConnection(OpenConnection Connection, bool IsNew, bool IsProbe)
{
    /// <summary>Features that the audit before found contradicted by it, when rules and values are the same since; by policy and feature.</summary>
    public IReadOnlySet<(string Policy, string Feature)> Contradicted { get; init; } =
        FrozenSet<(string, string)>.Empty;

    /// <summary>Whether it counts that the connection does not have a feature.</summary>
    /// <param name="policy">Name of the policy.</param>
    /// <param name="feature">Name of the feature.</param>
    public bool Counts(string policy, string feature) => IsNew || Contradicted.Contains((policy, feature));
}

/// <summary>Takes a bounded sample of the connections that the kernel lists: the probes, and of new ones and of others as many each.</summary>
/// <param name="before">The connections of the audit before; null when they do not count, because rules or values have changed since.</param>
/// <param name="probes">Own ends of the probes.</param>
/// <param name="network">Inode of their network namespace.</param>
internal sealed class AuditSample(SeenConnections? before, IReadOnlySet<IPEndPoint> probes, ulong network)
{
    /// <summary>Connections that are compared, besides the probes.</summary>
    public const int Most = 1000;

    private readonly List<SampledConnection> _probes = [];
    private readonly Reservoir _new = new(Most / 2);
    private readonly Reservoir _others = new(Most / 2);

    /// <summary>All that were listed.</summary>
    public SeenConnections Seen { get; } = new();

    /// <summary>How many.</summary>
    public int Open { get; private set; }

    /// <summary>Takes a connection that the kernel lists. It may list one twice.</summary>
    public void Take(OpenConnection connection)
    {
        Open++;
        Seen.Add(connection);
        if (connection.State is not (TcpState.Established or TcpState.CloseWait))
        {
            return;
        }

        if (connection.Network == network && probes.Contains(connection.Local))
        {
            _probes.Add(new SampledConnection(connection, IsNew: true, IsProbe: true));
        }
        else if (before?.Has(connection) == false)
        {
            _new.Take(new SampledConnection(connection, IsNew: true, IsProbe: false));
        }
        else
        {
            _others.Take(new SampledConnection(connection, IsNew: false, IsProbe: false));
        }
    }

    /// <summary>The sample, each connection once.</summary>
    public IEnumerable<SampledConnection> Connections =>
        _probes.Concat(_new.Kept).Concat(_others.Kept).DistinctBy(sampled => SeenConnections.Key(sampled.Connection));

    /// <summary>Keeps so many of all that come, each as likely as any other.</summary>
    private sealed class Reservoir(int most)
    {
        private int _come;

        public List<SampledConnection> Kept { get; } = [];

        public void Take(SampledConnection connection)
        {
            _come++;
            if (Kept.Count < most)
            {
                Kept.Add(connection);
            }
#pragma warning disable CA5394 // Nobody gains by guessing which connections are looked at.
            else if (Random.Shared.Next(_come) is var place && place < most)
#pragma warning restore CA5394
            {
                Kept[place] = connection;
            }
        }
    }
}

/// <summary>
/// Remembers connections by a bit each, in as much memory however many there are. One may be taken for another that was seen; one that was
/// seen is always known.
/// </summary>
internal sealed class SeenConnections
{
    private const int Bits = 1 << 20;

    private readonly System.Collections.BitArray _seen = new(Bits);

    public void Add(OpenConnection connection) => _seen[Place(connection)] = true;

    public bool Has(OpenConnection connection) => _seen[Place(connection)];

    /// <summary>What tells a connection from others: without the inode, which an accepted connection gets late.</summary>
    public static (ulong Network, IPEndPoint Local, IPEndPoint Peer) Key(OpenConnection connection) =>
        (connection.Network, connection.Local, connection.Peer);

    private static int Place(OpenConnection connection) => Key(connection).GetHashCode() & (Bits - 1);
}
