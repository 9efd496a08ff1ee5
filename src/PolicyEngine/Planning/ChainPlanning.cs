using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Plans for chains.</summary>
internal static class ChainPlanning
{
    /// <summary>
    /// Attaches, updates and detaches. Of what is attached, inner scopes come first: what an outer chain no longer gives, theirs
    /// gives already. Of what is detached, outer ones do: their sockets, and later those of inner scopes, fall to a chain that stays.
    /// </summary>
    public static IEnumerable<PlanAction> Find(PlanInput input) =>
        Change(input).Concat(Detach(input.Desired, input.Observed));

    /// <summary>What the kernel lacks of a feature of a policy. An earlier chain may give it alike.</summary>
    public static string? Lack(PlanInput input, FeatureUse use) =>
        input
            .Desired.Chains.Where(chain => use.IsIn(chain) && !IsAttached(chain, input))
            .Select(chain => EarlierChain.Lack(chain, input.Desired, input.Observed, use.Policy, use.Feature))
            .FirstOrDefault(lack => lack is not null);

    /// <summary>Whether a chain is attached as it should be.</summary>
    public static bool IsAttached(DesiredChain chain, PlanInput input)
    {
        var digest = DesiredDigest.OfChain(chain, input.ChainObjectDigest);
        return input.Observed.Chains.Any(there =>
            string.Equals(there.Scope, chain.Scope, StringComparison.Ordinal)
            && there.CgroupId == chain.CgroupId
            && string.Equals(there.Digest, digest, StringComparison.Ordinal)
        );
    }

    private static IEnumerable<PlanAction> Change(PlanInput input)
    {
        var observed = input.Observed;
        var scopes = input
            .Desired.Chains.Select(chain => chain.Scope)
            .Concat(observed.Chains.Select(chain => chain.Scope))
            .ToHashSet(StringComparer.Ordinal);
        var around = scopes.SelectMany(Around).ToHashSet(StringComparer.Ordinal);
        foreach (var chain in input.Desired.Chains.OrderByDescending(chain => CgroupPath.Depth(chain.Scope)))
        {
            var current = observed.Chains.FirstOrDefault(candidate =>
                string.Equals(candidate.Scope, chain.Scope, StringComparison.Ordinal)
            );
            if (current is null)
            {
                yield return new AttachChain(chain, $"{chain.Scope} has no chain; stages: {Describe(chain)}")
                {
                    IsNested = IsNested(chain.Scope),
                };
            }
            else if (current.CgroupId != chain.CgroupId)
            {
                yield return new DetachChain(chain.Scope, $"the cgroup {chain.Scope} it was attached to is gone")
                {
                    IsOfDeletedCgroup = true,
                };
                yield return new AttachChain(
                    chain,
                    $"the cgroup {chain.Scope} was made anew; stages: {Describe(chain)}"
                )
                {
                    IsNested = IsNested(chain.Scope),
                };
            }
            else if (
                Difference(chain, current, DesiredDigest.OfChain(chain, input.ChainObjectDigest), input.CreatesMaps) is
                { } difference
            )
            {
                yield return new UpdateChain(chain, difference);
            }
            else if (current.Generation == 0)
            {
                yield return new RestoreChainPin(chain.Scope, "the pin of its program is gone");
            }
        }

        bool IsNested(string scope) => around.Contains(scope) || Around(scope).Any(scopes.Contains);
    }

    private static IEnumerable<string> Around(string scope) => CgroupPath.SelfAndAncestors(scope).Skip(1);

    private static IEnumerable<PlanAction> Detach(DesiredState desired, ObservedState observed)
    {
        var wanted = desired.Chains.Select(chain => chain.Scope).ToHashSet(StringComparer.Ordinal);
        return observed
            .Chains.Where(chain => !wanted.Contains(chain.Scope))
            .OrderBy(chain => CgroupPath.Depth(chain.Scope))
            .Select(chain => new DetachChain(
                chain.Scope,
                chain.CgroupId == 0 ? $"the cgroup {chain.Scope} is gone" : $"no policy in force tunes {chain.Scope}"
            ));
    }

    private static string? Difference(DesiredChain chain, ObservedChain current, string digest, bool mapsAreNew)
    {
        if (current.Digest.Length == 0)
        {
            return "another version of netedit made it";
        }

        if (!chain.Stages.Select(stage => stage.Feature).SequenceEqual(current.Features, StringComparer.Ordinal))
        {
            return $"stages change from {string.Join(", ", current.Features)} to {Describe(chain)}";
        }

        if (chain.Key != current.Key || !string.Equals(digest, current.Digest, StringComparison.Ordinal))
        {
            return $"its code changed from {current.Digest} to {digest}";
        }

        return mapsAreNew || !current.UsesSharedMaps ? "the shared maps it used are gone" : null;
    }

    private static string Describe(DesiredChain chain) =>
        string.Join(", ", chain.Stages.Select(stage => stage.Feature));
}
