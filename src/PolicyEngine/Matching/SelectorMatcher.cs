using System.Globalization;
using NetEdit.State;

namespace NetEdit.PolicyEngine;

/// <summary>Says of single connections whether an entry of <c>spec.connections</c> selects them.</summary>
internal static class SelectorMatcher
{
    /// <summary>Why an entry does not select a connection, a clause for a person each; none when it does.</summary>
    public static IEnumerable<string> Misses(ConnectionSelector selector, Direction direction, IpPrefix peer, ushort port)
    {
        if (!selector.Directions.Contains(direction))
        {
            yield return direction == Direction.Outbound ? "it is for inbound connections" : "it is for outbound connections";
        }

        if (!selector.Peers.Any(prefix => prefix.Contains(peer)))
        {
            yield return $"the peer is in none of its peers ({Some(selector.Peers.Select(prefix => prefix.ToString()))})";
        }

        if (!selector.Ports.IsEmpty && !selector.Ports.Any(ports => ports.First <= port && port <= ports.Last))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"the server's port {port} is in none of its ports ({Some(selector.Ports.Select(PortText.Format))})");
        }
    }

    /// <summary>Why the entry that is nearest to selecting a connection does not; null when one does.</summary>
    public static string? Nearest(IEnumerable<ConnectionSelector> selectors, Direction direction, IpPrefix peer, ushort port)
    {
        var nearest = selectors.Select(selector => Misses(selector, direction, peer, port).ToList()).MinBy(misses => misses.Count);
        return nearest is null or [] ? null : string.Join("; ", nearest);
    }

    private static string Some(IEnumerable<string> items)
    {
        const int Shown = 3;
        var listed = items.Take(Shown + 1).ToList();
        return string.Join(", ", listed.Take(Shown)) + (listed.Count > Shown ? " …" : "");
    }
}
