using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.Agent.Reconciliation;

/// <summary>Holds decisions against what the kernel shows: nothing is called active that is not there.</summary>
internal static class Verification
{
    /// <summary>The decisions, with every feature that is not in force turned to Failed, and what somebody else changed said.</summary>
    /// <param name="decision">What was decided.</param>
    /// <param name="observed">What the kernel holds.</param>
    /// <param name="chainObjectDigest">Digest of the adapter's chain object.</param>
    /// <param name="error">Why it may differ.</param>
    public static ImmutableArray<PolicyDecision> Check(Decision decision, ObservedState observed, string chainObjectDigest, string? error)
    {
        decision = UndecidedFeatures.Note(decision, observed);
        var policies = ImmutableArray.CreateBuilder<PolicyDecision>(decision.Policies.Length);
        foreach (var policy in SysctlDrift.Note(decision, observed))
        {
            var features = ImmutableArray.CreateBuilder<FeatureDecision>(policy.Features.Length);
            Reason? reason = null;
            foreach (var feature in policy.Features)
            {
                if (IsInForce(feature.State) && Missing(decision.Desired, observed, chainObjectDigest, policy, feature.Feature) is { } missing)
                {
                    var unchanged = UndecidedFeatures.WhyUnchanged(policy, missing, decision.Desired, observed);
                    var own = unchanged ?? new Reason(ReasonCodes.KernelRefused, error ?? missing);
                    reason ??= own;
                    features.Add(feature with { State = unchanged is null ? PolicyState.Failed : PolicyState.Unsupported, Reasons = [own, .. feature.Reasons] });
                }
                else
                {
                    features.Add(feature);
                }
            }

            policies.Add(reason is null
                ? policy
                : policy with
                {
                    State = features.Any(feature => IsInForce(feature.State)) ? PolicyState.PartiallyActive : features.First(feature => feature.Reasons.Contains(reason)).State,
                    Reason = reason,
                    Features = features.ToImmutable(),
                });
        }

        return policies.MoveToImmutable();
    }

    /// <summary>Whether a feature in this state is in the kernel.</summary>
    public static bool IsInForce(PolicyState state) => state is PolicyState.Active or PolicyState.Degraded or PolicyState.PartiallyActive;

    /// <summary>
    /// What the kernel would have refused had a pass tried it: congestion controls that are not registered and that no attached chain asks for. A decision without them is the
    /// one that the kernel holds.
    /// </summary>
    public static IEnumerable<Rejection> Unregistered(DesiredState desired, ObservedState observed) =>
        from algorithm in desired.Algorithms
        where !IsRegistered(algorithm, observed) && !observed.Chains.Any(chain => chain.Features.Contains(algorithm.Feature, StringComparer.Ordinal))
        select new Rejection(algorithm.Feature, algorithm.Variant, algorithm.Program.Object.Digest, NotRegistered(algorithm));

    /// <summary>What the kernel lacks of a feature of a policy: a sentence for a person; null when it holds all of it.</summary>
    public static string? Missing(DesiredState desired, ObservedState observed, string chainObjectDigest, PolicyDecision policy, string feature)
    {
        foreach (var algorithm in desired.Algorithms)
        {
            if (string.Equals(algorithm.Feature, feature, StringComparison.Ordinal) && !IsRegistered(algorithm, observed))
            {
                return NotRegistered(algorithm);
            }
        }

        foreach (var attachment in desired.Attachments)
        {
            if (string.Equals(attachment.Feature, feature, StringComparison.Ordinal)
                && string.Equals(attachment.Policy, policy.Policy, StringComparison.Ordinal)
                && !observed.Attachments.Any(there => there.Key == attachment.Key && there.TargetId == attachment.TargetId
                    && string.Equals(there.Digest, DesiredDigest.OfAttachment(attachment.Program), StringComparison.Ordinal)
                    && there.Parameters.AsSpan().SequenceEqual(attachment.Parameters.AsSpan())))
            {
                return $"the program of {attachment.Key} is not attached with its parameters";
            }
        }

        foreach (var sysctl in desired.Sysctls)
        {
            if (sysctl.Feature == feature && sysctl.Policy == policy.Policy
                && !observed.Sysctls.Any(there => there.Key == sysctl.Key && there.Value == sysctl.Value && (there.IsForeign || there.Current == there.Target)))
            {
                return $"{sysctl.Key} is not {sysctl.Value}";
            }
        }

        var earlier = new HashSet<uint>(); // chains that give the feature alike in an earlier form
        foreach (var chain in desired.Chains)
        {
            if (policy.Scopes.Contains(chain.Scope, StringComparer.Ordinal)
                && chain.Stages.Any(stage => string.Equals(stage.Feature, feature, StringComparison.Ordinal)))
            {
                if (!IsAttached(chain, observed, chainObjectDigest))
                {
                    if (EarlierChain.Lack(chain, desired, observed, policy.Policy, feature) is { } lack)
                    {
                        return lack;
                    }

                    earlier.Add(chain.Key);
                    continue;
                }

                if (!HasRules(chain, desired.Rules, observed.Rules))
                {
                    return $"the rules of {chain.Scope} are not in the kernel";
                }
            }
        }

        foreach (var profile in desired.Profiles.Where(profile => !earlier.Contains(profile.Chain)))
        {
            if (profile.Entries.Any(entry => string.Equals(entry.Feature, feature, StringComparison.Ordinal) && string.Equals(entry.Policy, policy.Policy, StringComparison.Ordinal))
                && !(observed.Profiles.TryGetValue(profile.Id, out var value) && value.AsSpan().SequenceEqual(profile.Value.AsSpan())))
            {
                return $"the parameters of {policy.Policy} are not in the kernel";
            }
        }

        return null;
    }

    private static bool IsRegistered(DesiredAlgorithm algorithm, ObservedState observed) => observed.Algorithms.Any(there => there.Registered
        && string.Equals(there.Algorithm, algorithm.Program.Algorithm, StringComparison.Ordinal)
        && string.Equals(there.Digest, DesiredDigest.OfAlgorithm(algorithm), StringComparison.Ordinal));

    private static string NotRegistered(DesiredAlgorithm algorithm) => $"the congestion control {algorithm.Program.Algorithm} is not registered";

    private static bool IsAttached(DesiredChain chain, ObservedState observed, string chainObjectDigest)
    {
        var digest = DesiredDigest.OfChain(chain, chainObjectDigest);
        return observed.Chains.Any(there => string.Equals(there.Scope, chain.Scope, StringComparison.Ordinal)
            && there.CgroupId == chain.CgroupId
            && string.Equals(there.Digest, digest, StringComparison.Ordinal));
    }

    private static bool HasRules(DesiredChain chain, RuleTable desired, RuleTable observed) =>
        string.Equals(desired.Digest, observed.Digest, StringComparison.Ordinal)
        || (desired.Ports.Where(range => range.Chain == chain.Key).SequenceEqual(observed.Ports.Where(range => range.Chain == chain.Key))
            && desired.Origins.Where(origin => origin.Chain == chain.Key).SequenceEqual(observed.Origins.Where(origin => origin.Chain == chain.Key))
            && desired.Prefixes.Where(rule => rule.Chain == chain.Key).SequenceEqual(observed.Prefixes.Where(rule => rule.Chain == chain.Key)));
}
