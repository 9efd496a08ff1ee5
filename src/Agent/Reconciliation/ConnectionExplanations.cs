using NetEdit.Adapter;
using NetEdit.Agent.Connections;
using NetEdit.Agent.Control;
using NetEdit.Host;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Reconciliation;

/// <summary>Explains open connections by the policies in force. Changes nothing.</summary>
internal sealed class ConnectionExplanations(
    BpfAdapter adapter,
    IFeatureCatalog catalog,
    HostPolicies policies,
    Reconciler passes,
    Stability stability
)
{
    /// <summary>Explains connections.</summary>
    /// <param name="query">Which.</param>
    /// <param name="named">Whether the caller has named the policies; if not and no pass was made, those that were kept on disk count.</param>
    /// <exception cref="InvalidPoliciesException">The named policies or <c>host.yaml</c> are invalid.</exception>
    public ConnectionsReport Explain(ConnectionQuery query, bool named)
    {
        var found = new FoundConnections(query);
        var listing = adapter.ReadConnections(found.Take);
        var (set, facts) = Policies(named);
        var observed = adapter.Observe();
        var explainer = set is null || facts is null ? null : Explainer(set, facts, observed);
        return found.Explain(
            set?.Revision,
            new ConnectionContext(explainer, observed.Chains, observed.Pauses, listing.Remembers)
            {
                Foreign = observed.Foreign,
            },
            adapter.FindCgroupPaths
        ) with
        {
            Hidden = listing.Hidden,
        };
    }

    /// <summary>The policies that the caller has named, or those that are known, and the facts of this host for them.</summary>
    /// <exception cref="InvalidPoliciesException">The named policies or <c>host.yaml</c> are invalid.</exception>
    public (PolicySet? Set, HostFacts? Facts) Policies(bool named) =>
        named ? policies.Read() : policies.Known(passes.Last?.Set);

    /// <summary>The decision that the kernel holds: also without what it refused for now, which the next pass tries again.</summary>
    public ConnectionExplainer Explainer(PolicySet set, HostFacts facts, ObservedState observed)
    {
        var rejections = new HashSet<Rejection>([
            .. stability.Rejections(set),
            .. passes.Settled is { } last && last.Revision == set.Revision ? last.Rejections : [],
        ]);
        while (true)
        {
            var explainer = Decider.Explain(set, facts, adapter.Capabilities, catalog, rejections);
            var known = rejections.Count;
            rejections.UnionWith(Planner.Unregistered(explainer.Decision.Desired, observed));
            if (rejections.Count == known)
            {
                return explainer;
            }
        }
    }
}
