using System.Collections.Immutable;
using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>What the values of policies cost on any host. Pure.</summary>
public static class PolicyCautions
{
    /// <summary>Says it of each feature of a set of policies, in the order of the policies' names.</summary>
    /// <param name="set">The policies.</param>
    /// <param name="catalog">The installed features.</param>
    public static ImmutableArray<PolicyCaution> Of(PolicySet set, IFeatureCatalog catalog) =>
        [
            .. from policy in set.Policies
            from given in policy.Tuning
            let feature = given.Value is null ? null : catalog.Find(given.Key)
            where feature is not null
            from text in OrNone(() => Of(feature, given.Value!, policy))
            select new PolicyCaution(policy.Source, policy.Name, given.Key, text),
        ];

    /// <summary>Says it of a feature of a policy.</summary>
    internal static IEnumerable<string> Of(ITuningFeature feature, ParameterValues values, Policy policy) =>
        feature.Cautions(
            values,
            policy
                .Tuning.Where(other => other.Key != feature.Name && other.Value is not null)
                .ToImmutableSortedDictionary(other => other.Key, other => other.Value!, StringComparer.Ordinal)
        );

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

/// <summary>What a value of a policy costs.</summary>
/// <param name="Source">Where the policy is: <c>web.yaml:1</c>.</param>
/// <param name="Policy">Its name.</param>
/// <param name="Feature">The feature.</param>
/// <param name="Text">The loss, for a person.</param>
public sealed record PolicyCaution(string Source, string Policy, string Feature, string Text);
