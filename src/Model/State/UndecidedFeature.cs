using System.Collections.Immutable;

namespace NetEdit.Model;

/// <summary>
/// A feature of a policy about which it is not known now whether this host can give it. A probe was refused, or what it
/// looks at cannot be seen. What the kernel holds of the feature stays as it is. If the kernel holds nothing of it, the
/// rest of the desired state applies.
/// </summary>
/// <param name="Feature">Name of the feature.</param>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Why">What is not known, and why, as text for a person.</param>
public sealed record UndecidedFeature(string Feature, string Policy, string Why)
{
    /// <summary>
    /// Paths of the policy's cgroups. Empty if they cannot be seen, so that the feature may be in force in any cgroup.
    /// </summary>
    public ImmutableArray<string> Scopes { get; init; } = [];

    /// <summary>Names of the congestion controls that the feature's variants register.</summary>
    public ImmutableArray<string> Algorithms { get; init; } = [];

    /// <summary>Whether only the tuning of open connections is in doubt. New connections get the feature.</summary>
    public bool OpenConnectionsOnly { get; init; }
}
