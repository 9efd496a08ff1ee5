using System.Collections.Immutable;
using NetEdit.Host;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>All chains together.</summary>
/// <param name="Chains">Sorted by scope.</param>
/// <param name="Profiles">Sorted by id.</param>
/// <param name="Rules">The rules.</param>
/// <param name="ContestResults">By rank and feature of a scoped policy, how its policy fares.</param>
/// <param name="Kept">How many of the strongest scoped policies are in; the others did not fit.</param>
/// <param name="Exceeded">What would have been too much, for a person; null when all are in.</param>
internal sealed record ComposedPolicies(
    ImmutableArray<DesiredChain> Chains,
    ImmutableArray<DesiredProfile> Profiles,
    RuleTable Rules,
    ContestResult[][] ContestResults,
    int Kept,
    string? Exceeded
);

/// <summary>Merges the scoped policies into chains, profiles and rules.</summary>
internal static class Composer
{
    /// <summary>Composes as many of the strongest scoped policies as fit.</summary>
    /// <param name="scopedPolicies">As <see cref="ScopedPolicy.Rate"/> sorted them.</param>
    /// <param name="host">Gives the ids of the cgroups.</param>
    public static ComposedPolicies Compose(ImmutableArray<ScopedPolicy> scopedPolicies, HostFacts host)
    {
        var composition = Attempt(scopedPolicies, host, scopedPolicies.Length, out var exceeded);
        if (composition is not null)
        {
            return composition;
        }

        var (fits, tooMany) = (0, scopedPolicies.Length);
        while (tooMany - fits > 1)
        {
            var count = fits + ((tooMany - fits) / 2);
            if (Attempt(scopedPolicies, host, count, out var reason) is { } smaller)
            {
                (fits, composition) = (count, smaller);
            }
            else
            {
                (tooMany, exceeded) = (count, reason);
            }
        }

        return (composition ?? Attempt(scopedPolicies, host, 0, out _)!) with
        {
            Exceeded = exceeded,
        };
    }

    /// <summary>The scoped policies of a scope and of those around it, the strongest first. Of a policy with scopes inside each other the narrowest one counts.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="of">The scoped policies of a path.</param>
    public static ImmutableArray<ScopedPolicy> Members(string scope, Func<string, IEnumerable<ScopedPolicy>> of) =>
        [
            .. CgroupPath
                .SelfAndAncestors(scope)
                .SelectMany(of)
                .DistinctBy(scopedPolicy => scopedPolicy.Policy.Name, StringComparer.Ordinal)
                .OrderBy(scopedPolicy => scopedPolicy.Rank),
        ];

    private static ComposedPolicies? Attempt(
        ImmutableArray<ScopedPolicy> scopedPolicies,
        HostFacts host,
        int count,
        out string? exceeded
    )
    {
        var budget = new CompositionBudget();
        var contestResults = ContestResult.Of(scopedPolicies);
        var byScope = scopedPolicies
            .Take(count)
            .GroupBy(scopedPolicy => scopedPolicy.Scope, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
        var usedKeys = new HashSet<uint>();
        var chains = new List<ComposedChain>();
        var shared = new Dictionary<string, DesiredChain>(StringComparer.Ordinal);
        foreach (var scope in byScope.Keys.Order(StringComparer.Ordinal))
        {
            var policies = new ChainPolicies(
                scope,
                Members(scope, path => byScope.GetValueOrDefault(path, [])),
                contestResults
            );
            if (policies.Containers is not null && shared.TryGetValue(policies.Names, out var twin))
            {
                chains.Add(ComposedChain.WithoutRules(twin with { Scope = scope, CgroupId = host.Cgroups[scope] }));
                continue;
            }

            if (new ChainComposer(policies, budget).Compose(host.Cgroups[scope], usedKeys) is not { } chain)
            {
                exceeded = budget.Exceeded;
                return null;
            }

            chains.Add(chain);
            if (policies.Containers is not null)
            {
                shared.Add(policies.Names, chain.Chain);
            }
        }

        exceeded = null;
        return new ComposedPolicies(
            [.. chains.Select(chain => chain.Chain)],
            [.. chains.SelectMany(chain => chain.Profiles).OrderBy(profile => profile.Id)],
            new RuleTable(
                chains.SelectMany(chain => chain.Ports),
                chains.SelectMany(chain => chain.Rules),
                chains.SelectMany(chain => chain.Origins)
            ),
            contestResults,
            count,
            null
        );
    }
}
