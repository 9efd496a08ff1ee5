using NetEdit.State;

namespace NetEdit.PolicyEngine;

/// <summary>Plans for chains.</summary>
internal static class ChainPlanning
{
    /// <summary>Attaches and updates, then detaches. The order among scopes does not matter: each chain has its own rules.</summary>
    /// <param name="desired">What should be.</param>
    /// <param name="observed">What is.</param>
    /// <param name="chainObjectDigest">Digest of the adapter's chain object.</param>
    /// <param name="mapsAreNew">Whether attached programs hold maps that nothing else holds any more.</param>
    public static IEnumerable<PlanAction> Change(DesiredState desired, ObservedState observed, string chainObjectDigest, bool mapsAreNew)
    {
        foreach (var chain in desired.Chains)
        {
            var current = observed.Chains.FirstOrDefault(candidate => string.Equals(candidate.Scope, chain.Scope, StringComparison.Ordinal));
            if (current is null)
            {
                yield return new AttachChain(chain, $"{chain.Scope} has no chain; stages: {Describe(chain)}");
            }
            else if (current.CgroupId != chain.CgroupId)
            {
                // The old link holds a cgroup that is gone, so nothing loses its tuning in between.
                yield return new DetachChain(chain.Scope, $"the cgroup {chain.Scope} it was attached to is gone");
                yield return new AttachChain(chain, $"the cgroup {chain.Scope} was made anew; stages: {Describe(chain)}");
            }
            else if (Difference(chain, current, DesiredDigest.OfChain(chain, chainObjectDigest), mapsAreNew) is { } difference)
            {
                yield return new UpdateChain(chain, difference);
            }
        }

        var wanted = desired.Chains.Select(chain => chain.Scope).ToHashSet(StringComparer.Ordinal);
        foreach (var chain in observed.Chains.Where(chain => !wanted.Contains(chain.Scope)))
        {
            yield return new DetachChain(chain.Scope, chain.CgroupId == 0 ? $"the cgroup {chain.Scope} is gone" : $"no policy in force tunes {chain.Scope}");
        }
    }

    private static string? Difference(DesiredChain chain, ObservedChain current, string digest, bool mapsAreNew)
    {
        if (!chain.Stages.Select(stage => stage.Feature).SequenceEqual(current.Features, StringComparer.Ordinal))
        {
            return $"stages change from {string.Join(", ", current.Features)} to {Describe(chain)}";
        }

        if (chain.Key != current.Key || !string.Equals(digest, current.Digest, StringComparison.Ordinal))
        {
            return $"its code changed from {current.Digest} to {digest}";
        }

        return mapsAreNew ? "the shared maps it used are gone" : null;
    }

    private static string Describe(DesiredChain chain) => string.Join(", ", chain.Stages.Select(stage => stage.Feature));
}
