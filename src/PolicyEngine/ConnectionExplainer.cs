using System.Collections.Immutable;
using NetEdit.Policies;
using NetEdit.State;

namespace NetEdit.PolicyEngine;

/// <summary>Says of single connections what the policies of a decision give them, and why. Pure.</summary>
public sealed class ConnectionExplainer
{
    /// <summary>Policies that are listed with the reason why they do not match.</summary>
    public const int MostMismatches = 8;

    private readonly ImmutableArray<Contender> _contenders;
    private readonly ImmutableArray<DesiredChain> _chains;
    private readonly ImmutableArray<(Policy Policy, PolicyDecision Decision, Contender? Contender)> _policies;
    private readonly Dictionary<string, ChainComposer> _composers = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Cgroup, ConnectionFacts Connection, ulong Profile), ConnectionDecision> _known = [];

    internal ConnectionExplainer(PolicySet policies, Decision decision, ImmutableArray<Contender> contenders, Composition composition)
    {
        Decision = decision;
        _contenders = contenders[..composition.Kept];
        _chains = [.. composition.Chains.OrderByDescending(chain => CgroupPath.Depth(chain.Scope))];
        var byName = decision.Policies.ToDictionary(policy => policy.Policy, StringComparer.Ordinal);
        var kept = _contenders.ToDictionary(contender => contender.Policy.Name, StringComparer.Ordinal);
        _policies = [.. policies.Policies.Select(policy => (policy, byName[policy.Name], kept.GetValueOrDefault(policy.Name)))];
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
        foreach (var chain in _chains.Where(chain => CgroupPath.SelfAndAncestors(cgroup).Contains(chain.Scope, StringComparer.Ordinal)))
        {
            if (ComposerOf(chain.Scope).Explain(chain.Key, connection, arms) is { Features: { IsEmpty: false } features, Profile: var id })
            {
                return new ConnectionDecision(chain.Scope, id, features, []);
            }
        }

        var mismatches = _policies.Select(policy => Why(policy.Policy, policy.Decision, policy.Contender, cgroup, connection)).OrderBy(mismatch => mismatch.Distance).Take(MostMismatches);
        return new ConnectionDecision(null, 0, [], [.. mismatches.Select(mismatch => mismatch.Mismatch)]);
    }

    private ChainComposer ComposerOf(string scope)
    {
        if (!_composers.TryGetValue(scope, out var composer))
        {
            var scopes = CgroupPath.SelfAndAncestors(scope).ToHashSet(StringComparer.Ordinal);
            Standing[][] standings = [.. _contenders.Select(contender => Array.ConvertAll(new Standing[contender.Features.Length], _ => new Standing()))];
            composer = new ChainComposer(scope, [.. _contenders.Where(contender => scopes.Contains(contender.Policy.Scope))], standings, new CompositionBudget());
            _composers.Add(scope, composer);
        }

        return composer;
    }

    // How far a policy is from matching, and why it does not.
    private static (int Distance, Mismatch Mismatch) Why(Policy policy, PolicyDecision decision, Contender? contender, string cgroup, ConnectionFacts connection)
    {
        const int NotInForce = 10;
        const int Elsewhere = 20;
        if (contender is null)
        {
            var reason = decision.Features.Any(feature => feature.State is PolicyState.Active or PolicyState.Degraded)
                ? "its programs are attached by themselves and do not tell connections apart"
                : $"{decision.State}: {decision.Reason.Text}";
            return (NotInForce, new Mismatch(policy.Name, reason));
        }

        if (!CgroupPath.SelfAndAncestors(cgroup).Contains(policy.Scope, StringComparer.Ordinal))
        {
            return (Elsewhere, new Mismatch(policy.Name, $"its scope is {policy.Scope}"));
        }

        var nearest = contender.Selectors.Select(selector => SelectorMatcher.Misses(selector, connection).ToList()).MinBy(misses => misses.Count)!;
        return (nearest.Count, new Mismatch(policy.Name, string.Join("; ", nearest)));
    }
}
