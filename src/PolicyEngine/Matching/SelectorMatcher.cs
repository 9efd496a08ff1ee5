using System.Globalization;
using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Says of single connections whether an entry of <c>spec.connections</c> selects them.</summary>
internal static class SelectorMatcher
{
    /// <summary>Why an entry does not select a connection, a clause for a person each; none when it does.</summary>
    public static IEnumerable<string> Misses(ConnectionSelector selector, ConnectionFacts connection)
    {
        if (!selector.Directions.Contains(connection.Direction))
        {
            yield return connection.Direction == Direction.Outbound
                ? "it is for inbound connections"
                : "it is for outbound connections";
        }

        if (!selector.Peers.Any(prefix => prefix.Contains(connection.Peer)))
        {
            yield return $"the peer is in none of its peers "
                + $"({Some(selector.Peers.Select(prefix => prefix.ToString()))})";
        }

        if (
            !selector.Ports.IsEmpty
            && !selector.Ports.Any(ports => ports.First <= connection.Port && connection.Port <= ports.Last)
        )
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"the server's port {connection.Port} is in none of its ports "
                    + $"({Some(selector.Ports.Select(PortText.Format))})"
            );
        }

        if (!connection.IsOfUser(selector))
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"its socket is of user {connection.User}, none of its users ({Some(selector.Users)})"
            );
        }

        if (!connection.IsByInterface(selector))
        {
            yield return connection.Interface.Length == 0
                ? "it has no route now, and the policy is for interfaces"
                : $"it leaves by {connection.Interface}, none of its interfaces ({Some(selector.Interfaces)})";
        }
    }

    /// <summary>Why the entry that is nearest to selecting a connection does not; null when one does.</summary>
    public static string? Nearest(IEnumerable<ConnectionSelector> selectors, ConnectionFacts connection)
    {
        var nearest = selectors.Select(selector => Misses(selector, connection).ToList()).MinBy(misses => misses.Count);
        return nearest is null or [] ? null : string.Join("; ", nearest);
    }

    private static string Some(IEnumerable<string> items)
    {
        const int MostNamed = 3;
        var listed = items.Take(MostNamed + 1).ToList();
        return string.Join(", ", listed.Take(MostNamed)) + (listed.Count > MostNamed ? " …" : "");
    }
}
