using System.Collections.Frozen;
using System.Collections.Immutable;
using NetEdit.Agent.Auditing;
using NetEdit.Agent.Connections;
using NetEdit.Features;
using NetEdit.Host;
using NetEdit.Policies;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Reconciliation;

/// <content>Compares what the policies promise with what connections have. Changes nothing.</content>
internal sealed partial class Reconciler
{
    // Counts changes to the kernel: connections that are open at one may have what held before.
    private long _changes;
    private (long Changes, SeenConnections Seen)? _seen;
    private volatile AuditReport? _audit;

    /// <summary>What the last audit found; null before the first.</summary>
    public AuditReport? LastAudit => _audit;

    /// <summary>What is to be probed.</summary>
    /// <param name="named">Whether the caller has named the policies; if not and no pass was made, those that were kept on disk count.</param>
    /// <exception cref="InvalidPoliciesException">The named policies or <c>host.yaml</c> are invalid.</exception>
    public AuditPlan PlanAudit(bool named)
    {
        var (set, facts) = named ? ReadPolicies() : KnownPolicies();
        if (set is null || facts is null || adapter.CgroupMount is not { } mount || !set.Policies.Any(policy => policy.Probe is not null))
        {
            return new AuditPlan([], "", null, _changes);
        }

        var inForce = Decider.Decide(set, facts, adapter.Capabilities, catalog, [.. _stability.Refusals(set)]).Policies.Where(policy => Verification.IsInForce(policy.State)).Select(policy => policy.Policy).ToFrozenSet(StringComparer.Ordinal);
        return new AuditPlan(
            [
                .. from policy in set.Policies
                   let peer = policy.Probe
                   where peer is not null && inForce.Contains(policy.Name)
                   select new ProbeTarget(policy.Name, peer, policy.Scopes[0] == "/" ? null : CgroupPath.Find(policy.Scopes[0])),
            ],
            mount,
            SocketOwners.Cgroup(File.ReadAllText("/proc/self/cgroup")) is { } own ? CgroupPath.Find(own) : null,
            _changes);
    }

    /// <summary>Looks at connections.</summary>
    /// <param name="plan">What was planned.</param>
    /// <param name="probes">What came of the probes.</param>
    /// <param name="named">As it was planned.</param>
    /// <exception cref="CliException">No policies are known.</exception>
    /// <exception cref="InvalidPoliciesException">The named policies or <c>host.yaml</c> are invalid.</exception>
    public AuditReport Audit(AuditPlan plan, ProbeProcess probes, bool named)
    {
        var (set, facts) = named ? ReadPolicies() : KnownPolicies();
        if (set is null || facts is null)
        {
            throw new CliException(ExitCode.Failed, "no policies are known, so nothing is promised; name them with --policies DIR");
        }

        var same = _seen?.Changes == _changes;
        var ends = plan.Changes == _changes ? probes.Ends.ToFrozenSet() : [];
        var sample = new AuditSample(same ? _seen!.Value.Seen : null, ends, facts.NetworkNamespace);
        var listing = adapter.ReadConnections(sample.Take);
        var explainer = Decider.Explain(set, facts, adapter.Capabilities, catalog, [.. _stability.Refusals(set)]);
        var observed = adapter.Observe();
        var context = new ConnectionContext(explainer, observed.Chains, observed.Pauses, listing.Remembers);
        List<SampledConnection> connections = [.. sample.Connections];
        var paths = adapter.FindCgroupPaths(connections.Select(sampled => sampled.Connection.CgroupId).Where(id => id != 0).ToFrozenSet());
        var changeable = set.Policies.Where(policy => policy.Connections.Any(selector => selector.NamesOrigin)).Select(policy => policy.Name).ToFrozenSet(StringComparer.Ordinal);
        var findings = (
            from sampled in connections
            let cgroup = sampled.Connection.CgroupId == 0 ? "/" : paths.GetValueOrDefault(sampled.Connection.CgroupId)
            from finding in ConnectionAudit.Examine(sampled, ConnectionReports.Of(sampled.Connection, cgroup, context), facts, changeable, Promises(set, explainer.Decision))
            select finding).ToLookup(finding => (finding.Policy, finding.Feature));
        var before = same ? _audit?.Lines.ToDictionary(line => (line.Policy, line.Feature)) : null;
        var now = time.GetUtcNow();
        var report = new AuditReport(
            now,
            sample.Open,
            connections.Count,
            [
                .. from policy in explainer.Decision.Policies
                   from feature in policy.Features
                   where Verification.IsInForce(feature.State)
                   let key = (policy.Policy, feature.Feature)
                   let missing = Verification.Missing(explainer.Decision.Desired, observed, adapter.ChainObjectDigest, policy, feature.Feature)
                   select ConnectionAudit.Conclude(policy.Policy, feature.Feature, missing, [.. findings[key]], before?.GetValueOrDefault(key), now),
            ])
        {
            Probes = probes.Probes,
            Hidden = listing.Hidden,
        };
        _seen = (_changes, sample.Seen);
        return _audit = report;
    }

    /// <summary>What a feature with the values of a policy promises.</summary>
    private Func<string, string, ExaminedSocket, ImmutableArray<Promise>> Promises(PolicySet set, Decision decision)
    {
        var values = new Dictionary<(string Policy, string Feature), (ITuningFeature Feature, ParameterValues Values)?>();
        return (policy, feature, socket) =>
        {
            if (!values.TryGetValue((policy, feature), out var known))
            {
                values.Add((policy, feature), known = Find(policy, feature));
            }

            return known is { } given ? Ask(() => given.Feature.Promises(given.Values, socket).ToImmutableArray()) : [];
        };

        (ITuningFeature, ParameterValues)? Find(string policy, string name)
        {
            var given = set.Policies.FirstOrDefault(candidate => candidate.Name == policy)?.Tuning.GetValueOrDefault(name);
            var variant = decision.Policies.FirstOrDefault(candidate => candidate.Policy == policy)?.Features.FirstOrDefault(candidate => candidate.Feature == name)?.Variant;
            if (given is null || catalog.Find(name) is not { } feature)
            {
                return null;
            }

            var without = Ask(() => feature.Variants.FirstOrDefault(candidate => candidate.Name == variant)?.Without ?? ImmutableArray<string>.Empty);
            return (feature, new ParameterValues(given.Numbers.Where(number => !without.Contains(number.Key)), given.Texts.Where(text => !without.Contains(text.Key))));
        }
    }

    // A plugin's code may throw anything; deciding asks it more, and says so.
    private static ImmutableArray<T> Ask<T>(Func<ImmutableArray<T>> ask)
    {
        try
        {
            return ask();
        }
#pragma warning disable CA1031
        catch (Exception)
#pragma warning restore CA1031
        {
            return [];
        }
    }
}
