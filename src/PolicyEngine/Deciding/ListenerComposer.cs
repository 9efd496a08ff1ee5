using System.Collections.Immutable;
using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>
/// Finds what can be set on listeners: what a chain gives every connection to a port alike, whoever its peer is.
/// </summary>
/// <param name="rules">The rules of the chain.</param>
/// <param name="profiles">Its profiles and splits.</param>
internal sealed class ListenerComposer(IEnumerable<PrefixRule> rules, IEnumerable<DesiredProfile> profiles)
{
    private readonly Dictionary<ulong, DesiredProfile> _profiles = profiles.ToDictionary(profile => profile.Id);

    /// <summary>What listeners get, one entry for each class of ports that gets anything.</summary>
    public IEnumerable<ProfileListeners> Compose() =>
        from rule in rules
        where rule.Direction == Direction.Inbound
        group rule by rule.PortClass into ports
        where ports.Any(rule => rule.Peers == IpPrefix.Any) && ports.All(rule => rule.Origin == 0)
        let given = Common([.. ports.Select(rule => rule.Profile).Distinct().SelectMany(Leaves)])
        where !given.IsEmpty
        select new ProfileListeners(ports.Key, given);

    private IEnumerable<DesiredProfile> Leaves(ulong id) =>
        _profiles[id] is { Split: { } split } ? Leaves(split.Treated).Concat(Leaves(split.Control)) : [_profiles[id]];

    // A feature is given whole or not at all.
    private static ImmutableArray<ProfileEntry> Common(ImmutableArray<DesiredProfile> profiles)
    {
        var common = ImmutableArray.CreateBuilder<ProfileEntry>();
        var room = ListenerSetting.Most;
        foreach (var entry in profiles[0].Entries)
        {
            if (
                entry.ListenerSettings.Length is var count and > 0
                && count <= room
                && profiles.All(profile => profile.Entries.Any(other => IsSame(entry, other)))
            )
            {
                common.Add(entry);
                room -= count;
            }
        }

        return common.ToImmutable();
    }

    private static bool IsSame(ProfileEntry one, ProfileEntry other) =>
        one.Slot == other.Slot && one.ListenerSettings.AsSpan().SequenceEqual(other.ListenerSettings.AsSpan());
}
