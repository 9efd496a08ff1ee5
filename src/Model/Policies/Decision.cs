using System.Collections.Immutable;

namespace NetEdit.Model;

/// <summary>What the kernel should hold, and why.</summary>
/// <param name="Desired">The desired state.</param>
/// <param name="Policies">One decision for each policy, sorted by name.</param>
public sealed record Decision(DesiredState Desired, ImmutableArray<PolicyDecision> Policies);
