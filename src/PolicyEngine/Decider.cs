using System.Collections.Immutable;
using NetEdit.Features;
using NetEdit.Host;
using NetEdit.Policies;
using NetEdit.State;

namespace NetEdit.PolicyEngine;

/// <summary>What should be in the kernel, and why.</summary>
/// <param name="Desired">The desired state.</param>
/// <param name="Policies">One decision per policy, sorted by name.</param>
public sealed record Decision(DesiredState Desired, ImmutableArray<PolicyDecision> Policies);

/// <summary>Decides, per host capability, what to attach. Pure.</summary>
public static class Decider
{
    /// <summary>Decides.</summary>
    /// <param name="policies">The policies.</param>
    /// <param name="host">Facts of the host, among them which of the policies' cgroups exist.</param>
    /// <param name="capabilities">The host's capabilities.</param>
    /// <param name="catalog">The installed features.</param>
    /// <param name="refusals">Programs the kernel refused before.</param>
    public static Decision Decide(PolicySet policies, HostFacts host, CapabilityReport capabilities, IFeatureCatalog catalog, IReadOnlyCollection<Refusal> refusals) => throw new NotSupportedException();
}
