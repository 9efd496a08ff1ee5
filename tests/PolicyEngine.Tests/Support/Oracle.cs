using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.PolicyEngine.Tests.Support;

/// <summary>Finds the winner of each feature straight from the definition of precedence, slowly.</summary>
internal static class Oracle
{
    public static SortedDictionary<string, string> Find(IEnumerable<Policy> policies, Connection connection)
    {
        var winners = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var matching = policies
            .Where(policy =>
                policy.Scopes[0] == "/"
                || policy.Scopes[0] == connection.Cgroup
                || connection.Cgroup.StartsWith(policy.Scopes[0] + "/", StringComparison.Ordinal)
            )
            .Select(policy => (Policy: policy, Match: BestMatch(policy, connection)))
            .Where(candidate => candidate.Match is not null)
            .ToList();
        foreach (
            var feature in matching
                .SelectMany(candidate => candidate.Policy.Tuning.Keys)
                .Distinct(StringComparer.Ordinal)
        )
        {
            winners[feature] = matching
                .Where(candidate => candidate.Policy.Tuning.ContainsKey(feature))
                .OrderByDescending(candidate => candidate.Policy.Priority)
                .ThenByDescending(candidate =>
                    candidate.Policy.Scopes[0] == "/" ? 0 : candidate.Policy.Scopes[0].Split('/').Length
                )
                .ThenByDescending(candidate => candidate.Match!.Value.PrefixLength)
                .ThenBy(candidate => candidate.Match!.Value.Width)
                .ThenByDescending(candidate => candidate.Match!.Value.Named)
                .ThenBy(candidate => candidate.Policy.Name, StringComparer.Ordinal)
                .First()
                .Policy.Name;
        }

        return winners;
    }

    // The longest matching prefix, and the narrowest range of ports that matches together with it; then who names a user, and an interface.
    private static (int PrefixLength, int Width, int Named)? BestMatch(Policy policy, Connection connection)
    {
        if (policy.Connections.IsEmpty)
        {
            return (0, 65536, 0);
        }

        var matches = new List<(int PrefixLength, int Width, int Named)>();
        foreach (
            var selector in policy.Connections.Where(selector =>
                selector.Directions.Contains(connection.Direction) && IsFrom(selector, connection)
            )
        )
        {
            IEnumerable<int> widths = selector.Ports.IsEmpty
                ? [65536]
                : selector
                    .Ports.Where(ports => ports.First <= connection.ServerPort && connection.ServerPort <= ports.Last)
                    .Select(ports => ports.Last - ports.First + 1);
            matches.AddRange(
                from peer in selector.Peers
                where peer.Contains(connection.Peer)
                from width in widths
                select (peer.Length, width, (selector.Users.IsEmpty ? 0 : 2) + (selector.Interfaces.IsEmpty ? 0 : 1))
            );
        }

        return matches.Count == 0
            ? null
            : matches
                .OrderByDescending(match => match.PrefixLength)
                .ThenBy(match => match.Width)
                .ThenByDescending(match => match.Named)
                .First();
    }

    private static bool IsFrom(ConnectionSelector selector, Connection connection) =>
        (
            selector.Users.IsEmpty
            || selector.Users.Contains(connection.User.ToString(System.Globalization.CultureInfo.InvariantCulture))
        )
        && (
            selector.Interfaces.IsEmpty
            || selector.Interfaces.Any(name =>
                name == connection.Interface
                || (name.EndsWith('*') && connection.Interface.StartsWith(name.TrimEnd('*'), StringComparison.Ordinal))
            )
        );
}
