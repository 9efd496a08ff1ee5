using System.Collections.Immutable;

namespace NetEdit.Model;

/// <summary>What should be in the kernel, and why.</summary>
/// <param name="Desired">The desired state.</param>
/// <param name="Policies">One decision per policy, sorted by name.</param>
public sealed record Decision(DesiredState Desired, ImmutableArray<PolicyDecision> Policies);
