using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Says of single connections what the policies of a decision give them, and why. Pure.</summary>
public sealed class ConnectionExplainer
{
    /// <summary>Policies that are listed with the reason why they do not match.</summary>
    public const int MostMismatches = 8;

    private readonly ImmutableArray<ScopedPolicy> _scopedPolicies;
    private readonly ImmutableArray<DesiredChain> _chains;
    private readonly ImmutableArray<(
        Policy Policy,
        PolicyDecision Decision,
        ImmutableArray<ScopedPolicy> ScopedPolicies
    )> _policies;
    private readonly Dictionary<string, ConnectionContest> _contests = new(StringComparer.Ordinal);
    private readonly Dictionary<
        (string Cgroup, ConnectionFacts Connection, ulong Profile),
        ConnectionDecision
    > _known = [];

    internal ConnectionExplainer(
        PolicySet policies,
        Decision decision,
        ImmutableArray<ScopedPolicy> scopedPolicies,
        ComposedPolicies composition
    )
    {
        Decision = decision;
        _scopedPolicies = scopedPolicies[..composition.Kept];
        _chains = [.. composition.Chains.OrderByDescending(chain => CgroupPath.Depth(chain.Scope))];
        var byName = decision.Policies.ToDictionary(policy => policy.Policy, StringComparer.Ordinal);
        var kept = _scopedPolicies.ToLookup(scopedPolicy => scopedPolicy.Policy.Name, StringComparer.Ordinal);
        _policies =
        [
            .. policies.Policies.Select(policy => (policy, byName[policy.Name], kept[policy.Name].ToImmutableArray())),
        ];
    }

    /// <summary>The decision as a whole.</summary>
    public Decision Decision { get; }

    /// <summary>Explains a connection.</summary>
    /// <param name="cgroup">Path of its socket's cgroup.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="profile">Id of the profile it has, which says what it was drawn for where a policy is for a share of the connections; 0 when it has none.</param>
    public ConnectionDecision Explain(string cgroup, ConnectionFacts connection, ulong profile = 0)
    {
        var key = (cgroup, connection, profile);
        if (!_known.TryGetValue(key, out var decision))
        {
            var arms = Decision.Desired.Profiles.FirstOrDefault(candidate => candidate.Id == profile)?.Arms ?? [];
            _known.Add(key, decision = Find(cgroup, connection, arms));
        }

        return decision;
    }

    // A chain without a rule for it leaves a connection to the one around it.
    private ConnectionDecision Find(string cgroup, ConnectionFacts connection, ImmutableArray<PolicyArm> arms)
    {
        foreach (
            var chain in _chains.Where(chain =>
                CgroupPath.SelfAndAncestors(cgroup).Contains(chain.Scope, StringComparer.Ordinal)
            )
        )
        {
            if (
                ContestOf(chain.Scope).Explain(chain.Key, connection, arms) is
                { Features: { IsEmpty: false } features, Profile: var id }
            )
            {
                return new ConnectionDecision(chain.Scope, id, features, []);
            }
        }

        var mismatches = _policies
            .Select(policy => Why(policy.Policy, policy.Decision, policy.ScopedPolicies, cgroup, connection))
            .OrderBy(mismatch => mismatch.Distance)
            .Take(MostMismatches);
        return new ConnectionDecision(null, 0, [], [.. mismatches.Select(mismatch => mismatch.Mismatch)]);
    }

    private ConnectionContest ContestOf(string scope)
    {
        if (!_contests.TryGetValue(scope, out var contest))
        {
            var members = Composer.Members(
                scope,
                path => _scopedPolicies.Where(scopedPolicy => scopedPolicy.Scope == path)
            );
            contest = new ConnectionContest(new ChainPolicies(scope, members, ContestResult.Of(_scopedPolicies)));
            _contests.Add(scope, contest);
        }

        return contest;
    }

    // How far a policy is from matching, and why it does not.
    private static (int Distance, Mismatch Mismatch) Why(
        Policy policy,
        PolicyDecision decision,
        ImmutableArray<ScopedPolicy> scopedPolicies,
        string cgroup,
        ConnectionFacts connection
    )
    {
        const int NotInForce = 10;
        const int Elsewhere = 20;
        if (scopedPolicies.IsEmpty)
        {
            var reason = decision.Features.Any(feature => feature.State is PolicyState.Active or PolicyState.Degraded)
                ? "its programs are standalone and do not tell connections apart"
                : $"{decision.State}: {decision.Reason.Text}";
            return (NotInForce, new Mismatch(policy.Name, reason));
        }

        if (
            !scopedPolicies.Any(scopedPolicy =>
                CgroupPath.SelfAndAncestors(cgroup).Contains(scopedPolicy.Scope, StringComparer.Ordinal)
            )
        )
        {
            return (
                Elsewhere,
                new Mismatch(
                    policy.Name,
                    $"its scope is "
                        + $"{policy.ScopeText}{(policy.Container is null ? "" : ", and this is in none of them")}"
                )
            );
        }

        var nearest = scopedPolicies[0]
            .Selectors.Select(selector => SelectorMatcher.Misses(selector, connection).ToList())
            .MinBy(misses => misses.Count)!;
        return (nearest.Count, new Mismatch(policy.Name, string.Join("; ", nearest)));
    }
}
