using System.Collections.Immutable;
using NetEdit.Host;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>All chains together.</summary>
/// <param name="Chains">Sorted by scope.</param>
/// <param name="Profiles">Sorted by id.</param>
/// <param name="Rules">The rules.</param>
/// <param name="Standings">By rank and feature of a contender, how its policy fares.</param>
/// <param name="Kept">How many of the strongest contenders are in; the others did not fit.</param>
/// <param name="Exceeded">What would have been too much, for a person; null when all are in.</param>
internal sealed record Composition(
    ImmutableArray<DesiredChain> Chains,
    ImmutableArray<DesiredProfile> Profiles,
    RuleTable Rules,
    Standing[][] Standings,
    int Kept,
    string? Exceeded);

/// <summary>Merges the contenders into chains, profiles and rules.</summary>
internal static class Composer
{
    /// <summary>Composes as many of the strongest contenders as fit.</summary>
    /// <param name="contenders">As <see cref="Contender.Rate"/> sorted them.</param>
    /// <param name="host">Gives the ids of the cgroups.</param>
    public static Composition Compose(ImmutableArray<Contender> contenders, HostFacts host)
    {
        var composition = Attempt(contenders, host, contenders.Length, out var exceeded);
        if (composition is not null)
        {
            return composition;
        }

        var (fits, tooMany) = (0, contenders.Length);
        while (tooMany - fits > 1)
        {
            var count = fits + ((tooMany - fits) / 2);
            if (Attempt(contenders, host, count, out var reason) is { } smaller)
            {
                (fits, composition) = (count, smaller);
            }
            else
            {
                (tooMany, exceeded) = (count, reason);
            }
        }

        return (composition ?? Attempt(contenders, host, 0, out _)!) with { Exceeded = exceeded };
    }

    /// <summary>The contenders of a scope and of those around it, the strongest first. Of a policy with scopes inside each other the narrowest one counts.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="of">The contenders of a path.</param>
    public static ImmutableArray<Contender> Members(string scope, Func<string, IEnumerable<Contender>> of) =>
        [.. CgroupPath.SelfAndAncestors(scope).SelectMany(of).DistinctBy(contender => contender.Policy.Name, StringComparer.Ordinal).OrderBy(contender => contender.Rank)];

    private static Composition? Attempt(ImmutableArray<Contender> contenders, HostFacts host, int count, out string? exceeded)
    {
        var budget = new CompositionBudget();
        var standings = Standing.Of(contenders);
        var byScope = contenders.Take(count).GroupBy(contender => contender.Scope, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
        var usedKeys = new HashSet<uint>();
        var chains = new List<ComposedChain>();
        foreach (var scope in byScope.Keys.Order(StringComparer.Ordinal))
        {
            var members = Members(scope, path => byScope.GetValueOrDefault(path, []));
            if (new ChainComposer(scope, members, standings, budget).Compose(host.Cgroups[scope], usedKeys) is not { } chain)
            {
                exceeded = budget.Exceeded;
                return null;
            }

            chains.Add(chain);
        }

        exceeded = null;
        return new Composition(
            [.. chains.Select(chain => chain.Chain)],
            [.. chains.SelectMany(chain => chain.Profiles).OrderBy(profile => profile.Id)],
            new RuleTable(chains.SelectMany(chain => chain.Ports), chains.SelectMany(chain => chain.Rules), chains.SelectMany(chain => chain.Origins)),
            standings,
            count,
            null);
    }
}
