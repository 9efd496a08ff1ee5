using System.Collections.Immutable;
using NetEdit.Adapter;
using NetEdit.Model;

namespace NetEdit.Agent.Metrics;

/// <summary>
/// Whose the memory of the shared maps is. A map of entries is divided among them, and an entry among the policies of its
/// profile; what serves all (state, ports, sockets, events) is divided evenly. The parts add up to the whole. A program that is attached
/// by itself is of the policy that gives its parameters.
/// </summary>
internal static class PolicyMemory
{
    /// <summary>Bytes by policy; empty when nothing is tuned.</summary>
    public static ImmutableSortedDictionary<string, double> Divide(
        DesiredState desired,
        IEnumerable<MapUsage> maps,
        IEnumerable<AttachmentUsage> attachments
    )
    {
        var parts = DivideMaps(desired, maps).ToDictionary(StringComparer.Ordinal);
        foreach (var attachment in attachments)
        {
            if (desired.Attachments.FirstOrDefault(wanted => wanted.Key == attachment.Key) is { } owned)
            {
                parts[owned.Policy] = parts.GetValueOrDefault(owned.Policy) + attachment.MemoryBytes;
            }
        }

        return parts.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    private static ImmutableSortedDictionary<string, double> DivideMaps(
        DesiredState desired,
        IEnumerable<MapUsage> maps
    )
    {
        var owners = desired.Profiles.ToDictionary(profile => profile.Id, profile => profile.Policies.ToArray());
        var all = owners.Values.SelectMany(names => names).Distinct(StringComparer.Ordinal).ToArray();
        var bytes = all.ToDictionary(policy => policy, _ => 0.0, StringComparer.Ordinal);
        if (all.Length == 0)
        {
            return ImmutableSortedDictionary<string, double>.Empty;
        }

        foreach (var map in maps)
        {
            if (map.Entries == MapEntries.Rules && !desired.Rules.Prefixes.IsEmpty)
            {
                Give(
                    map.MemoryBytes,
                    desired.Rules.Prefixes.Select(rule => owners[rule.Profile]),
                    desired.Rules.Prefixes.Length
                );
            }
            else if (map.Entries == MapEntries.Profiles)
            {
                Give(map.MemoryBytes, owners.Values, owners.Count);
            }
            else
            {
                Give(map.MemoryBytes, [all], 1);
            }
        }

        return bytes.ToImmutableSortedDictionary(StringComparer.Ordinal);

        void Give(double whole, IEnumerable<string[]> shares, int count)
        {
            foreach (var share in shares)
            {
                foreach (var policy in share)
                {
                    bytes[policy] += whole / count / share.Length;
                }
            }
        }
    }
}
