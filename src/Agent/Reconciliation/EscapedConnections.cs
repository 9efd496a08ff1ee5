using System.Collections.Immutable;
using System.Net;
using NetEdit.Adapter;
using NetEdit.Agent.Control;
using NetEdit.Agent.Metrics;
using NetEdit.Host;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Reconciliation;

/// <summary>Counts the connections that were opened in a cgroup before its chain was attached.</summary>
internal sealed class EscapedConnections(BpfAdapter adapter, IFeatureCatalog catalog, HostPolicies policies)
{
    private ImmutableSortedDictionary<string, EscapedInfo> _sums = ImmutableSortedDictionary.Create<
        string,
        EscapedInfo
    >(StringComparer.Ordinal);

    /// <summary>What has escaped since the start, an entry for each scope of a policy.</summary>
    public IEnumerable<EscapedInfo> Sums => _sums.Values;

    /// <summary>The scopes of a plan that are late, on a kernel that tells what is remembered of a connection.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="set">The policies.</param>
    /// <param name="observed">What the kernel holds.</param>
    /// <param name="last">The last pass; null before the first.</param>
    public LateScopes LateScopesOf(Plan plan, PolicySet set, ObservedState observed, ReconcileReport? last)
    {
        if (!plan.Actions.OfType<AttachChain>().Any() || !adapter.Capabilities.Has(CapabilityNames.IterTcp))
        {
            return LateScopes.None;
        }

        // Before the first pass only a chain that is there already tells that a policy was in force: its cgroup was made anew while no agent ran.
        return last is { Set: { } before, Host: { } host }
                ? LateScopes.Find(plan, set, before, (path, id) => host.Cgroups.GetValueOrDefault(path) != id)
            : plan.Actions.OfType<AttachChain>().Any(attach => IsMadeAnew(attach.Chain.Scope, attach.Chain.CgroupId))
                ? LateScopes.Find(plan, set, policies.Kept(), IsMadeAnew)
            : LateScopes.None;

        bool IsMadeAnew(string path, ulong id) =>
            observed.Chains.Any(chain =>
                string.Equals(chain.Scope, path, StringComparison.Ordinal) && chain.CgroupId != id
            );
    }

    /// <summary>Counts what has escaped, by path of the scope. A connection that was closed before is not among it.</summary>
    public ImmutableSortedDictionary<string, (long Connections, long TunedLater)> Count(
        LateScopes late,
        PolicySet set,
        HostFacts facts,
        IReadOnlyCollection<Rejection> rejections,
        ImmutableSortedSet<string> pauses
    )
    {
        try
        {
            var paths = new Dictionary<ulong, string>();
            foreach (var (id, path) in late.Scopes.SelectMany(adapter.FindCgroupTree))
            {
                paths[id] = path;
            }

            // The kernel may list one twice.
            var found = new Dictionary<(ulong Network, IPEndPoint Local, IPEndPoint Peer), OpenConnection>();
            adapter.ReadConnections(connection =>
            {
                if (paths.ContainsKey(connection.CgroupId) && late.MayHaveEscaped(connection))
                {
                    found[(connection.Network, connection.Local, connection.Peer)] = connection;
                }
            });
            return late.Count(
                found.Values,
                paths,
                Decider.Explain(set, facts, adapter.Capabilities, catalog, rejections),
                pauses
            );
        }
        catch (Exception failure) when (failure is BpfException or IOException)
        {
            return ImmutableSortedDictionary<string, (long, long)>.Empty; // what cannot be counted fails no pass
        }
    }

    /// <summary>Adds what escaped in a pass to the sums, which have an entry for each scope of a policy.</summary>
    public void Add(PolicySet? set, IEnumerable<EscapedInfo> escaped)
    {
        var scopes = set?.Policies.Select(TargetNames.Written).ToHashSet(StringComparer.Ordinal) ?? [];
        var sums = _sums.ToBuilder();
        foreach (var scope in scopes.Where(scope => !sums.ContainsKey(scope)))
        {
            sums.Add(scope, new EscapedInfo(scope, 0, 0));
        }

        foreach (var more in escaped)
        {
            var sum = sums.GetValueOrDefault(more.Scope) ?? new EscapedInfo(more.Scope, 0, 0);
            sums[more.Scope] = new EscapedInfo(
                more.Scope,
                sum.Connections + more.Connections,
                sum.TunedLater + more.TunedLater
            );
        }

        sums.RemoveRange(sums.Keys.Where(scope => !scopes.Contains(scope)).ToArray());
        _sums = sums.ToImmutable();
    }
}
