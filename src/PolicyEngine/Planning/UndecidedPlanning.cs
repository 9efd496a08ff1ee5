using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>What the kernel holds of features of which it is not known now whether the host can give them. Pure.</summary>
public static class UndecidedPlanning
{
    /// <summary>What stays as it is, with the feature that it stays for.</summary>
    /// <param name="desired">What should be.</param>
    /// <param name="observed">What is.</param>
    public static IReadOnlyDictionary<ChangeTarget, UndecidedFeature> Kept(DesiredState desired, ObservedState observed)
    {
        var kept = new Dictionary<ChangeTarget, UndecidedFeature>();
        foreach (var feature in desired.Undecided)
        {
            foreach (var held in Held(feature, observed))
            {
                kept.TryAdd(held, feature);
            }
        }

        return kept;
    }

    /// <summary>Whether the kernel holds anything of a feature.</summary>
    /// <param name="feature">The feature.</param>
    /// <param name="observed">What is.</param>
    public static bool IsHeld(UndecidedFeature feature, ObservedState observed) => Held(feature, observed).Any();

    /// <summary>Both states without the congestion controls that stay.</summary>
    internal static (DesiredState Desired, ObservedState Observed) WithoutAlgorithms(
        DesiredState desired,
        ObservedState observed
    )
    {
        var kept = desired
            .Undecided.Where(feature => !feature.OpenConnectionsOnly)
            .SelectMany(feature => feature.Algorithms)
            .Intersect(
                observed.Algorithms.Where(algorithm => algorithm.Registered).Select(algorithm => algorithm.Algorithm),
                StringComparer.Ordinal
            )
            .ToHashSet(StringComparer.Ordinal);
        return kept.Count == 0
            ? (desired, observed)
            : (
                desired with
                {
                    Algorithms = desired.Algorithms.RemoveAll(algorithm => kept.Contains(algorithm.Program.Algorithm)),
                },
                observed with
                {
                    Algorithms = observed.Algorithms.RemoveAll(algorithm => kept.Contains(algorithm.Algorithm)),
                }
            );
    }

    // A chain has the features of the scopes around it, too. One that another version made does not tell its features.
    private static IEnumerable<ChangeTarget> Held(UndecidedFeature feature, ObservedState observed)
    {
        if (feature.OpenConnectionsOnly)
        {
            return observed
                .Live.Where(program => IsIn(feature, program.Scope) && Has(program.Features))
                .Select(program => new ScopeTarget(program.Scope));
        }

        return
        [
            .. observed
                .Chains.Where(chain => IsIn(feature, chain.Scope) && Has(chain.Features))
                .Select(chain => new ScopeTarget(chain.Scope)),
            .. observed
                .Attachments.Where(attachment =>
                    attachment.Key.Feature == feature.Feature && attachment.Policy == feature.Policy
                )
                .Select(attachment => new AttachmentTarget(attachment.Key)),
            .. observed
                .Sysctls.Where(sysctl => sysctl.Feature == feature.Feature && sysctl.Policy == feature.Policy)
                .Select(sysctl => new SysctlTarget(sysctl.Key)),
        ];

        bool Has(ImmutableArray<string> features) =>
            features.IsEmpty || features.Contains(feature.Feature, StringComparer.Ordinal);
    }

    private static bool IsIn(UndecidedFeature feature, string scope) =>
        feature.Scopes.IsEmpty
        || CgroupPath.SelfAndAncestors(scope).Any(path => feature.Scopes.Contains(path, StringComparer.Ordinal));
}
