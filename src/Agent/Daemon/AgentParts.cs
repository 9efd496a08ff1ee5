using NetEdit.Adapter;
using NetEdit.Agent.Events;
using NetEdit.Agent.Plugins;
using NetEdit.Agent.Reconciliation;

namespace NetEdit.Agent.Daemon;

/// <summary>What an agent works with. All but the adapter and the catalog is used by one thread at a time, which <see cref="WorkQueue"/> sees to.</summary>
/// <param name="Adapter">The kernel.</param>
/// <param name="Catalog">The installed features.</param>
/// <param name="Policies">The policies as this host sees them.</param>
/// <param name="Passes">Makes passes.</param>
/// <param name="Explanations">Explains connections.</param>
/// <param name="Audits">Compares connections with what the policies give them.</param>
/// <param name="Removal">Removes what is ours.</param>
/// <param name="Retries">Lets be tried again what was given up.</param>
/// <param name="Events">Records what happens.</param>
internal sealed record AgentParts(
    BpfAdapter Adapter,
    FeatureCatalog Catalog,
    HostPolicies Policies,
    Reconciler Passes,
    ConnectionExplanations Explanations,
    Audits Audits,
    Removal Removal,
    Retries Retries,
    EventRecorder Events
);
