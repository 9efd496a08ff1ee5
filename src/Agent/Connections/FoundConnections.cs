using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using NetEdit.Adapter;
using NetEdit.Agent.Control;
using NetEdit.Model;

namespace NetEdit.Agent.Connections;

/// <summary>Gathers the connections that are asked for, each once, and a few near ones.</summary>
/// <param name="query">What is asked for.</param>
internal sealed class FoundConnections(ConnectionQuery query)
{
    /// <summary>Connections that are listed.</summary>
    public const int Most = 4096;

    private const int MostNear = 5;

    private readonly Dictionary<(ulong Network, IPEndPoint Local, IPEndPoint Peer), OpenConnection> _found = [];
    private readonly SortedSet<string> _near = new(StringComparer.Ordinal);

    /// <summary>Takes a connection that the kernel lists. It may list one twice.</summary>
    public void Take(OpenConnection connection)
    {
        if (query.Matches(connection))
        {
            _found[(connection.Network, connection.Local, connection.Peer)] = connection;
        }
        else if (_near.Count < MostNear && query.IsNear(connection))
        {
            _near.Add($"{connection.Local} with {connection.Peer}");
        }
    }

    /// <summary>Explains them.</summary>
    /// <param name="revision">Revision of the policies; null when none are known.</param>
    /// <param name="context">What they are explained by.</param>
    /// <param name="findPaths">Finds the paths of cgroups by their ids.</param>
    public ConnectionsReport Explain(
        string? revision,
        ConnectionContext context,
        Func<IReadOnlySet<ulong>, ImmutableSortedDictionary<ulong, string>> findPaths
    )
    {
        List<OpenConnection> listed =
        [
            .. _found
                .Values.OrderBy(connection => connection.Network)
                .ThenBy(connection => connection.Local, EndPointOrder.Instance)
                .ThenBy(connection => connection.Peer, EndPointOrder.Instance)
                .Take(Most),
        ];
        var paths = findPaths(listed.Select(connection => connection.CgroupId).Where(id => id != 0).ToFrozenSet());
        return new ConnectionsReport(
            revision,
            _found.Count,
            [
                .. listed.Select(connection =>
                    ConnectionReports.Of(
                        connection,
                        connection.CgroupId == 0 ? "/" : paths.GetValueOrDefault(connection.CgroupId),
                        context
                    )
                ),
            ]
        )
        {
            Near = _found.Count == 0 ? [.. _near] : [],
            Pauses = [.. context.Pauses],
        };
    }

    private sealed class EndPointOrder : IComparer<IPEndPoint>
    {
        public static EndPointOrder Instance { get; } = new();

        public int Compare(IPEndPoint? left, IPEndPoint? right)
        {
            var order = IpPrefix.Of(left!.Address).CompareTo(IpPrefix.Of(right!.Address));
            return order != 0 ? order : left.Port - right.Port;
        }
    }
}
