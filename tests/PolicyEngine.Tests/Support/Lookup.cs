using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.PolicyEngine.Tests.Support;

/// <summary>A TCP connection of this host.</summary>
internal sealed record Connection(
    string Cgroup,
    IpPrefix Peer,
    ushort ServerPort,
    Direction Direction,
    uint User = 0,
    string Interface = ""
);

/// <summary>Looks a connection up in a desired state the way the kernel side does.</summary>
internal static class Lookup
{
    /// <summary>Which policy gives which feature.</summary>
    public static SortedDictionary<string, string> Find(DesiredState desired, Connection connection) =>
        Find(desired, connection, _ => true).Given;

    /// <summary>Which policy gives which feature, and which would; null where nothing matches.</summary>
    /// <param name="desired">The state.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="draw">Whether the connection is of the share of a policy.</param>
    public static (
        SortedDictionary<string, string> Given,
        SortedDictionary<string, string> Observed,
        DesiredProfile? Profile
    ) Find(DesiredState desired, Connection connection, Func<string, bool> draw)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var observed = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var chains = desired
            .Chains.Where(candidate =>
                candidate.Scope == "/"
                || candidate.Scope == connection.Cgroup
                || connection.Cgroup.StartsWith(candidate.Scope + "/", StringComparison.Ordinal)
            )
            .OrderByDescending(candidate => candidate.Scope.Length);
        foreach (var chain in chains)
        {
            var portClass =
                desired
                    .Rules.Ports.Where(range =>
                        range.Chain == chain.Key
                        && range.First <= connection.ServerPort
                        && connection.ServerPort <= range.Last
                    )
                    .Select(range => (ushort?)range.Class)
                    .SingleOrDefault()
                ?? 0;
            var origin =
                ClassOf(
                    desired,
                    chain.Key,
                    OriginKind.User,
                    value => value == connection.User.ToString(System.Globalization.CultureInfo.InvariantCulture)
                )
                + (
                    16
                    * ClassOf(
                        desired,
                        chain.Key,
                        OriginKind.Interface,
                        value =>
                            value == connection.Interface
                            || (
                                value.EndsWith('*')
                                && connection.Interface.StartsWith(value[..^1], StringComparison.Ordinal)
                            )
                    )
                );
            var rules = desired
                .Rules.Prefixes.Where(rule =>
                    rule.Chain == chain.Key
                    && rule.Direction == connection.Direction
                    && rule.PortClass == portClass
                    && rule.Origin == origin
                    && rule.Peers.Contains(connection.Peer)
                )
                .ToList();
            if (rules.Count == 0)
            {
                continue; // a chain without a rule leaves it to the one around it
            }

            var profile = desired.Profiles.Single(candidate =>
                candidate.Id == rules.MaxBy(rule => rule.Peers.Length)!.Profile
            );
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

    // A whole name is longer than the same one before a *.
    private static int ClassOf(DesiredState desired, uint chain, OriginKind kind, Func<string, bool> matches)
    {
        var found = desired
            .Rules.Origins.Where(origin => origin.Chain == chain && origin.Kind == kind && matches(origin.Value))
            .ToList();
        found.ShouldAllBe(origin => origin.Class >= 1 && origin.Class <= 15);
        return found.Count == 0
            ? 0
            : found.MaxBy(origin => origin.Value.Length + (origin.Value.EndsWith('*') ? -1 : 1))!.Class;
    }
}
