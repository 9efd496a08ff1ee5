using System.Collections.Immutable;

namespace NetEdit.Model;

/// <summary>
/// A feature of a policy of which it is not known now whether this host can give it: a probe was refused, or what it looks at cannot
/// be seen. What the kernel holds of it stays as it is; where the kernel holds nothing of it, the rest of the desired state counts.
/// </summary>
/// <param name="Feature">Name of the feature.</param>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Why">What is not known, and why, for a person.</param>
public sealed record UndecidedFeature(string Feature, string Policy, string Why)
{
    /// <summary>Paths of the policy's cgroups; empty when they cannot be seen, so that it may be in force in any.</summary>
    public ImmutableArray<string> Scopes { get; init; } = [];

    /// <summary>The congestion controls that its variants register.</summary>
    public ImmutableArray<string> Algorithms { get; init; } = [];

    /// <summary>Whether that is not known of open connections alone.</summary>
    public bool OpenConnectionsOnly { get; init; }
}
