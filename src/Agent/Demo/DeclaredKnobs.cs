using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.Agent.Demo;

/// <summary>What a policy sets of connections, as its features declare it.</summary>
internal static class DeclaredKnobs
{
    /// <summary>
    /// The kernel's names of the knobs that the policy's features in force set, and of the hooks their programs run at.
    /// </summary>
    /// <param name="policy">The policy.</param>
    /// <param name="decision">What was decided for it.</param>
    /// <param name="catalog">The installed features.</param>
    public static ImmutableHashSet<string> Of(Policy policy, PolicyDecision decision, IFeatureCatalog catalog)
    {
        var names = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        foreach (var decided in decision.Features.Where(IsInForce))
        {
            var values = policy.Tuning.GetValueOrDefault(decided.Feature);
            if (values is not null && catalog.Find(decided.Feature) is { } feature)
            {
                var variant = feature.Variants.FirstOrDefault(variant => variant.Name == decided.Variant);
                var without = variant?.Without ?? [];
                names.UnionWith(
                    from knob in feature.Knobs
                    where knob.IsSetBy(values) && !without.Contains(knob.Parameter ?? "")
                    select knob.Name
                );
                names.UnionWith(variant?.Attached.Select(program => program.Hook.Name) ?? []);
            }
        }

        return names.ToImmutable();
    }

    private static bool IsInForce(FeatureDecision feature) =>
        feature.State is PolicyState.Active or PolicyState.Degraded or PolicyState.PartiallyActive;
}
