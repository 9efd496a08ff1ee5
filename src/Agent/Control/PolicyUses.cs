using System.Collections.Immutable;
using System.Globalization;
using NetEdit.Adapter;
using NetEdit.Model;

namespace NetEdit.Agent.Control;

/// <summary>Where a policy gives a feature, and what came of it since its profiles were made.</summary>
/// <param name="Feature">Name of the feature.</param>
/// <param name="Scopes">Scopes whose chain gives it to connections, sorted; inside its own, too.</param>
/// <param name="Profiles">Profiles that have it: how many combinations with other policies there are.</param>
/// <param name="Tuned">Connections that were established with it.</param>
/// <param name="Failed">Connections that the kernel refused a setting of, by errno.</param>
/// <param name="Conflicts">Answers that somebody else had given otherwise.</param>
/// <param name="Listeners">
/// The ports whose listeners get it, too, because every connection to them does; empty if there are none, null if listeners cannot
/// pass it on.
/// </param>
internal sealed record PolicyUse(
    string Feature,
    ImmutableArray<string> Scopes,
    int Profiles,
    ulong Tuned,
    ImmutableSortedDictionary<string, ulong> Failed,
    ulong Conflicts,
    ImmutableArray<string>? Listeners = null
);

/// <summary>Adds the kernel's counters up for one policy. Pure.</summary>
internal static class PolicyUses
{
    /// <summary>The features of a policy that connections get, sorted by name.</summary>
    public static ImmutableArray<PolicyUse> Of(
        string policy,
        DesiredState desired,
        IReadOnlyCollection<TuningCounter> counters
    )
    {
        var scopes = desired.Chains.ToLookup(chain => chain.Key, chain => chain.Scope);
        var counted = counters.ToLookup(counter => (counter.Profile, counter.Slot));
        return
        [
            .. from profile in desired.Profiles
            from entry in profile.Entries
            where string.Equals(entry.Policy, policy, StringComparison.Ordinal)
            group (
                Scopes: scopes[profile.Chain],
                Counters: counted[(profile.Id, entry.Slot)],
                CanBeInherited: !entry.ListenerSettings.IsEmpty
            ) by entry.Feature into uses
            orderby uses.Key
            let all = uses.SelectMany(use => use.Counters).ToList()
            select new PolicyUse(
                uses.Key,
                [.. uses.SelectMany(use => use.Scopes).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
                uses.Count(),
                Sum(all, CounterKind.Tuned),
                all.Where(counter => counter.Kind == CounterKind.Failed)
                    .GroupBy(counter => counter.Errno, StringComparer.Ordinal)
                    .ToImmutableSortedDictionary(
                        refused => refused.Key,
                        refused => Sum(refused, CounterKind.Failed),
                        StringComparer.Ordinal
                    ),
                Sum(all, CounterKind.Conflict),
                uses.Any(use => use.CanBeInherited) ? ListenersOf(policy, uses.Key, desired) : null
            ),
        ];
    }

    private static ImmutableArray<string> ListenersOf(string policy, string feature, DesiredState desired) =>
        [
            .. (
                from profile in desired.Profiles
                where profile.Listeners?.Given.Any(entry => entry.Policy == policy && entry.Feature == feature) == true
                from ports in PortsOf(desired.Rules, profile.Chain, profile.Listeners!.PortClass)
                select ports
            ).Distinct(StringComparer.Ordinal),
        ];

    private static IEnumerable<string> PortsOf(RuleTable rules, uint chain, ushort portClass)
    {
        var ranges = rules.Ports.Where(range => range.Chain == chain).ToList();
        return portClass == 0
            ? [ranges.Count == 0 ? "all ports" : "all other ports"]
            : ranges
                .Where(range => range.Class == portClass)
                .Select(range =>
                    range.First == range.Last
                        ? string.Create(CultureInfo.InvariantCulture, $"port {range.First}")
                        : string.Create(CultureInfo.InvariantCulture, $"ports {range.First}-{range.Last}")
                );
    }

    private static ulong Sum(IEnumerable<TuningCounter> counters, CounterKind kind) =>
        counters.Where(counter => counter.Kind == kind).Aggregate(0UL, (sum, counter) => sum + counter.Count);
}
