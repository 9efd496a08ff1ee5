using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>A feature as one policy gives it.</summary>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Feature">Name of the feature.</param>
/// <param name="Scopes">Cgroups of the policy.</param>
internal sealed record FeatureUse(string Policy, string Feature, ImmutableArray<string> Scopes)
{
    /// <summary>Whether a chain is one of the policy's scopes, and has the feature.</summary>
    public bool IsIn(DesiredChain chain) =>
        Scopes.Contains(chain.Scope, StringComparer.Ordinal) && chain.Stages.Any(stage => stage.Feature == Feature);
}

/// <summary>The difference between what should be and what is, of one kind of kernel object.</summary>
/// <param name="Find">Finds the actions that make it disappear.</param>
/// <param name="Lack">Finds what the kernel lacks of a feature of a policy, a sentence for a person, or null; null for kinds that no feature has.</param>
internal sealed record KindDifference(
    Func<PlanInput, IEnumerable<PlanAction>> Find,
    Func<PlanInput, FeatureUse, string?>? Lack = null
);
