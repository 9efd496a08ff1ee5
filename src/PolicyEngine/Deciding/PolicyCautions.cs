using System.Collections.Immutable;
using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>What is no error in policies and deserves a warning: features that are not installed, and what values cost on any host. Pure.</summary>
public static class PolicyCautions
{
    /// <summary>Says it of each feature of a set of policies, in the order of the policies' names.</summary>
    /// <param name="set">The policies.</param>
    /// <param name="catalog">The installed features.</param>
    public static ImmutableArray<PolicyCaution> Of(PolicySet set, IFeatureCatalog catalog) =>
        [
            .. from policy in set.Policies
            from given in policy.Tuning
            from text in Of(given.Key, given.Value, policy, catalog)
            select new PolicyCaution(
                policy.TuningSources.GetValueOrDefault(given.Key, policy.Source),
                policy.Name,
                given.Key,
                text
            ),
        ];

    /// <summary>Says it of a feature of a policy.</summary>
    internal static IEnumerable<string> Of(ITuningFeature feature, ParameterValues values, Policy policy) =>
        feature.Cautions(
            values,
            policy
                .Tuning.Where(other => other.Key != feature.Name && other.Value is not null)
                .ToImmutableSortedDictionary(other => other.Key, other => other.Value!, StringComparer.Ordinal)
        );

    private static ImmutableArray<string> Of(
        string name,
        ParameterValues? values,
        Policy policy,
        IFeatureCatalog catalog
    ) =>
        values is null || catalog.Find(name) is not { } feature
            ? [UnknownFeature.Text(name, catalog)]
            : OrNone(() => Of(feature, values, policy));

    // A plugin's code may throw anything; deciding says so.
    private static ImmutableArray<string> OrNone(Func<IEnumerable<string>> ask)
    {
        try
        {
            return [.. ask()];
        }
#pragma warning disable CA1031
        catch (Exception)
#pragma warning restore CA1031
        {
            return [];
        }
    }
}

/// <summary>A warning about a feature of a policy.</summary>
/// <param name="Source">Where the feature is: <c>web.yaml:6:5</c>.</param>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Feature">The feature.</param>
/// <param name="Text">The warning, for a person.</param>
public sealed record PolicyCaution(string Source, string Policy, string Feature, string Text);
