using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Plans for the rules.</summary>
internal static class RulePlanning
{
    /// <summary>Switches once to the rules of old and new chains together where chains change, and once to the new rules.</summary>
    public static IEnumerable<PlanAction> Find(PlanInput input)
    {
        var (desired, current) = (input.Desired.Rules, input.Observed.Rules);
        var chainsChange = ChainPlanning.Find(input).Any(action => action.Phase == ActionPhase.ChangeChains);
        if (chainsChange && current.WithChainsOf(desired) is var both && Differ(both, current))
        {
            yield return new SwitchRules(both, "adds the rules of new chains") { OnlyAdds = true };
            current = both;
        }

        if ((input.Observed.SharedMaps || input.CreatesMaps) && Differ(desired, current))
        {
            yield return new SwitchRules(
                desired,
                chainsChange ? "the rules for the chains as they are now" : "the rules changed"
            );
        }
    }

    /// <summary>What the kernel lacks of a feature of a policy. An earlier chain that gives it alike has rules of its own.</summary>
    public static string? Lack(PlanInput input, FeatureUse use) =>
        input.Desired.Chains.FirstOrDefault(chain =>
            use.IsIn(chain)
            && ChainPlanning.IsAttached(chain, input)
            && !HasRules(chain, input.Desired.Rules, input.Observed.Rules)
        )
            is { } chain
            ? $"the rules of {chain.Scope} are not in the kernel"
            : null;

    private static bool HasRules(DesiredChain chain, RuleTable desired, RuleTable observed) =>
        !Differ(desired, observed)
        || (
            desired
                .Ports.Where(range => range.Chain == chain.Key)
                .SequenceEqual(observed.Ports.Where(range => range.Chain == chain.Key))
            && desired
                .Origins.Where(origin => origin.Chain == chain.Key)
                .SequenceEqual(observed.Origins.Where(origin => origin.Chain == chain.Key))
            && desired
                .Prefixes.Where(rule => rule.Chain == chain.Key)
                .SequenceEqual(observed.Prefixes.Where(rule => rule.Chain == chain.Key))
        );

    private static bool Differ(RuleTable one, RuleTable other) =>
        !string.Equals(one.Digest, other.Digest, StringComparison.Ordinal);
}
