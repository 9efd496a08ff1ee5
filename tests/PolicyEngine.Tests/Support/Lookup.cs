using NetEdit.State;

namespace NetEdit.PolicyEngine.Tests.Support;

/// <summary>A TCP connection of this host.</summary>
internal sealed record Connection(string Cgroup, IpPrefix Peer, ushort ServerPort, Direction Direction);

/// <summary>Looks a connection up in a desired state the way the kernel side does.</summary>
internal static class Lookup
{
    /// <summary>Which policy gives which feature.</summary>
    public static SortedDictionary<string, string> Find(DesiredState desired, Connection connection) => Find(desired, connection, _ => true).Given;

    /// <summary>Which policy gives which feature, and which would; null where nothing matches.</summary>
    /// <param name="desired">The state.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="draw">Whether the connection is of the share of a policy.</param>
    public static (SortedDictionary<string, string> Given, SortedDictionary<string, string> Observed, DesiredProfile? Profile) Find(DesiredState desired, Connection connection, Func<string, bool> draw)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var observed = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var chains = desired.Chains
            .Where(candidate => candidate.Scope == "/" || candidate.Scope == connection.Cgroup || connection.Cgroup.StartsWith(candidate.Scope + "/", StringComparison.Ordinal))
            .OrderByDescending(candidate => candidate.Scope.Length);
        foreach (var chain in chains)
        {
            var portClass = desired.Rules.Ports
                .Where(range => range.Chain == chain.Key && range.First <= connection.ServerPort && connection.ServerPort <= range.Last)
                .Select(range => (ushort?)range.Class).SingleOrDefault() ?? 0;
            var rules = desired.Rules.Prefixes
                .Where(rule => rule.Chain == chain.Key && rule.Direction == connection.Direction && rule.PortClass == portClass && rule.Peers.Contains(connection.Peer))
                .ToList();
            if (rules.Count == 0)
            {
                continue; // a chain without a rule leaves it to the one around it
            }

            var profile = desired.Profiles.Single(candidate => candidate.Id == rules.MaxBy(rule => rule.Peers.Length).Profile);
            for (var splits = 0; profile.Split is { } split; splits++)
            {
                splits.ShouldBeLessThan(ProfileSplit.Most);
                (profile.Id & Identity.SplitBit).ShouldNotBe(0ul);
                var next = draw(split.Policy) ? split.Treated : split.Control;
                profile = desired.Profiles.Single(candidate => candidate.Id == next);
            }

            (profile.Id & Identity.SplitBit).ShouldBe(0ul);
            profile.Chain.ShouldBe(chain.Key);
            foreach (var entry in profile.Entries)
            {
                chain.Stages[entry.Slot].Feature.ShouldBe(entry.Feature);
                found.Add(entry.Feature, entry.Policy);
            }

            foreach (var entry in profile.Observed)
            {
                observed.Add(entry.Feature, entry.Policy);
            }

            return (found, observed, profile);
        }

        return (found, observed, null);
    }
}
