using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.Agent.Control;

/// <summary>A feature, and the policies that name it.</summary>
/// <param name="Feature">The feature.</param>
/// <param name="Policies">The policies; null when they are not known.</param>
internal sealed record FeatureDescription(FeatureInfo Feature, ImmutableArray<FeatureUser>? Policies)
{
    /// <summary>The policies of a status report that name a feature.</summary>
    public static ImmutableArray<FeatureUser> UsersOf(string feature, StatusReport status) =>
        [
            .. from policy in status.Policies
            from decision in policy.Features
            where string.Equals(decision.Feature, feature, StringComparison.Ordinal)
            select new FeatureUser(policy.Policy, decision.State, decision.Variant, decision.Values),
        ];
}

/// <summary>A policy that names a feature.</summary>
/// <param name="Policy">Name of the policy.</param>
/// <param name="State">State of the feature in this policy.</param>
/// <param name="Variant">The chosen variant; null if none was chosen.</param>
/// <param name="Values">The values, as the policy writes them.</param>
internal sealed record FeatureUser(string Policy, PolicyState State, string? Variant, string Values);
