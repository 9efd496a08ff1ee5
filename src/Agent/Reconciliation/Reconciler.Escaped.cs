using System.Collections.Immutable;
using System.Net;
using NetEdit.Adapter;
using NetEdit.Agent.Control;
using NetEdit.Agent.Metrics;
using NetEdit.Host;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Reconciliation;

/// <content>Counts the connections that were opened in a cgroup before its chain was attached.</content>
internal sealed partial class Reconciler
{
    private ImmutableSortedDictionary<string, EscapedInfo> _escaped = ImmutableSortedDictionary.Create<string, EscapedInfo>(StringComparer.Ordinal);

    /// <summary>The scopes of a plan that are late, on a kernel that tells what is remembered of a connection.</summary>
    private LateScopes LateScopesOf(Plan plan, PolicySet set, ObservedState observed)
    {
        if (!plan.Actions.OfType<AttachChain>().Any() || !adapter.Capabilities.Has(CapabilityNames.IterTcp))
        {
            return LateScopes.None;
        }

        // Before the first pass only a chain that is there already tells that a policy was in force: its cgroup was made anew while no agent ran.
        return _last is { Set: { } before, Host: { } host }
            ? LateScopes.Find(plan, set, before, (path, id) => host.Cgroups.GetValueOrDefault(path) != id)
            : plan.Actions.OfType<AttachChain>().Any(attach => IsMadeAnew(attach.Chain.Scope, attach.Chain.CgroupId)) ? LateScopes.Find(plan, set, KeptSet(), IsMadeAnew)
            : LateScopes.None;

        bool IsMadeAnew(string path, ulong id) => observed.Chains.Any(chain => string.Equals(chain.Scope, path, StringComparison.Ordinal) && chain.CgroupId != id);
    }

    /// <summary>Counts what has escaped, by path of the scope. A connection that was closed before is not among it.</summary>
    private ImmutableSortedDictionary<string, (long Connections, long TunedLater)> CountEscaped(LateScopes late, PolicySet set, HostFacts facts, IReadOnlyCollection<Refusal> refusals, ImmutableSortedSet<string> pauses)
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
            return late.Count(found.Values, paths, Decider.Explain(set, facts, adapter.Capabilities, catalog, refusals), pauses);
        }
        catch (Exception failure) when (failure is BpfException or IOException)
        {
            return ImmutableSortedDictionary<string, (long, long)>.Empty; // what cannot be counted fails no pass
        }
    }

    /// <summary>Adds what escaped in a pass to the sums, which have an entry for each scope of a policy.</summary>
    private void AddEscaped(PolicySet? set, IEnumerable<EscapedInfo> escaped)
    {
        var scopes = set?.Policies.Select(TargetNames.Written).ToHashSet(StringComparer.Ordinal) ?? [];
        var sums = _escaped.ToBuilder();
        foreach (var scope in scopes.Where(scope => !sums.ContainsKey(scope)))
        {
            sums.Add(scope, new EscapedInfo(scope, 0, 0));
        }

        foreach (var more in escaped)
        {
            var sum = sums.GetValueOrDefault(more.Scope) ?? new EscapedInfo(more.Scope, 0, 0);
            sums[more.Scope] = new EscapedInfo(more.Scope, sum.Connections + more.Connections, sum.TunedLater + more.TunedLater);
        }

        sums.RemoveRange(sums.Keys.Where(scope => !scopes.Contains(scope)).ToArray());
        _escaped = sums.ToImmutable();
    }
}
