using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>
/// Finds out what a scope still has when its chain could not be brought to what was decided, and an earlier one with other stages goes on.
/// Only the features that differ are missing.
/// </summary>
internal static class EarlierChain
{
    /// <summary>What the kernel lacks of a feature of a policy in a scope: a sentence for a person; null when the earlier chain gives it to the same connections, with the same values.</summary>
    /// <param name="chain">The chain that is not attached as it was decided.</param>
    /// <param name="desired">What was decided.</param>
    /// <param name="observed">What the kernel holds.</param>
    /// <param name="policy">Name of the policy.</param>
    /// <param name="feature">Name of the feature.</param>
    public static string? Lack(
        DesiredChain chain,
        DesiredState desired,
        ObservedState observed,
        string policy,
        string feature
    )
    {
        // With the same stages it is the chain of another version, of which nothing is known.
        if (
            observed.Chains.FirstOrDefault(there =>
                there.Scope == chain.Scope && there.CgroupId == chain.CgroupId && there.UsesSharedMaps
            )
                is not { Digest.Length: > 0 } earlier
            || earlier.Key == chain.Key
        )
        {
            return $"the chain of {chain.Scope} is not attached";
        }

        var slot = earlier.Features.IndexOf(feature, 0, StringComparer.Ordinal);
        return slot < 0 ? $"the chain of {chain.Scope} runs without it"
            : GivesAlike(chain, desired, earlier, observed, policy, feature, slot) ? null
            : $"the chain of {chain.Scope} has the values of an older revision";
    }

    private static bool GivesAlike(
        DesiredChain chain,
        DesiredState desired,
        ObservedChain earlier,
        ObservedState observed,
        string policy,
        string feature,
        int slot
    )
    {
        var wantedSlot = chain.Stages.ToList().FindIndex(stage => stage.Feature == feature);
        var wanted = desired.Profiles.Where(profile => profile.Chain == chain.Key).ToDictionary(profile => profile.Id);
        return Ports(desired.Rules, chain.Key).SequenceEqual(Ports(observed.Rules, earlier.Key))
            && Origins(desired.Rules, chain.Key).SequenceEqual(Origins(observed.Rules, earlier.Key))
            && Rules(desired.Rules, chain.Key, Wanted).SequenceEqual(Rules(observed.Rules, earlier.Key, Held));

        // As texts, which are compared by their values; those of what cannot be compared differ.
        string Wanted(ulong id) =>
            !wanted.TryGetValue(id, out var profile) || profile.Split is not null
                ? "a share"
                : Given(profile.Value, wantedSlot);

        string Held(ulong id) =>
            !observed.Profiles.TryGetValue(id, out var bytes) || !Identity.IsProfile(id)
                ? "not known"
                : Given(bytes, slot);

        string Given(ImmutableArray<byte> profile, int at) =>
            Convert.ToHexString(ProfileLayout.ParametersBy(profile.AsSpan(), at, policy));
    }

    private static IEnumerable<PortRange> Ports(RuleTable rules, uint chain) =>
        rules.Ports.Where(range => range.Chain == chain).Select(range => range with { Chain = 0 });

    private static IEnumerable<SocketOwnerClass> Origins(RuleTable rules, uint chain) =>
        rules.Origins.Where(origin => origin.Chain == chain).Select(origin => origin with { Chain = 0 });

    private static IEnumerable<(PrefixRule, string)> Rules(RuleTable rules, uint chain, Func<ulong, string> given) =>
        rules
            .Prefixes.Where(rule => rule.Chain == chain)
            .Select(rule => (rule with { Chain = 0, Profile = 0 }, given(rule.Profile)));
}
