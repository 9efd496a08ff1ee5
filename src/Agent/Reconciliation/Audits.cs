using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using NetEdit.Adapter;
using NetEdit.Agent.Auditing;
using NetEdit.Agent.Connections;
using NetEdit.Agent.Persistence;
using NetEdit.Features;
using NetEdit.Host;
using NetEdit.Model;

namespace NetEdit.Agent.Reconciliation;

/// <summary>Compares what the policies give with what connections have. Changes nothing.</summary>
internal sealed class Audits(
    BpfAdapter adapter,
    IFeatureCatalog catalog,
    ConnectionExplanations explanations,
    Reconciler passes,
    LedgerState state,
    TimeProvider time
)
{
    private const long NoChanges = -1;

    private volatile Audited? _audited;

    /// <summary>What the last audit found; null before the first.</summary>
    public AuditReport? Last => _audited?.Report;

    /// <summary>What is to be probed.</summary>
    /// <param name="named">Whether the caller has named the policies; if not and no pass was made, those that were kept on disk count.</param>
    /// <exception cref="InvalidPoliciesException">The named policies or <c>host.yaml</c> are invalid.</exception>
    public AuditPlan Plan(bool named)
    {
        var (set, facts) = explanations.Policies(named);
        if (
            set is null
            || facts is null
            || adapter.CgroupMount is not { } mount
            || !set.Policies.Any(policy => policy.Probe is not null)
        )
        {
            return new AuditPlan([], "", null, passes.Changes);
        }

        var inForce = explanations
            .Explainer(set, facts, adapter.Observe())
            .Decision.Policies.Where(policy => Verification.IsInForce(policy.State))
            .Select(policy => policy.Policy)
            .ToFrozenSet(StringComparer.Ordinal);
        return new AuditPlan(
            [
                .. from policy in set.Policies
                let peer = policy.Probe
                where peer is not null && inForce.Contains(policy.Name)
                select new ProbeTarget(
                    policy.Name,
                    peer,
                    policy.Scopes[0] == "/" ? null : CgroupPath.Find(policy.Scopes[0])
                ),
            ],
            mount,
            SocketOwners.Cgroup(File.ReadAllText("/proc/self/cgroup")) is { } own ? CgroupPath.Find(own) : null,
            passes.Changes
        );
    }

    /// <summary>Looks at connections.</summary>
    /// <param name="plan">What was planned.</param>
    /// <param name="probes">What came of the probes.</param>
    /// <param name="named">As it was planned.</param>
    /// <exception cref="CliException">No policies are known.</exception>
    /// <exception cref="InvalidPoliciesException">The named policies or <c>host.yaml</c> are invalid.</exception>
    public AuditReport Audit(AuditPlan plan, AuditProbes probes, bool named)
    {
        var (set, facts) = explanations.Policies(named);
        if (set is null || facts is null)
        {
            throw new CliException(
                ExitCode.Failed,
                "no policies are known, so nothing is promised; name them with --policies DIR"
            );
        }

        var before = _audited is { } last && last.Changes == passes.Changes ? last : null;
        var (sample, listing, failure) = List(
            before?.Seen,
            plan.Changes == passes.Changes ? probes.Ends.ToFrozenSet() : [],
            facts.NetworkNamespace
        );
        var observed = adapter.Observe();
        var pauses = state.ReadPauses() ?? observed.Pauses; // without a chain the kernel holds none
        var explainer = explanations.Explainer(set, facts, observed);
        List<Finding> findings =
        [
            .. Examine(
                sample,
                before,
                set,
                facts,
                new ConnectionContext(explainer, observed.Chains, observed.Pauses, listing.Remembers)
            ),
        ];
        var byFeature = findings.ToLookup(finding => (finding.Policy, finding.Feature));
        var lines = before?.Report.Lines.ToDictionary(line => (line.Policy, line.Feature));
        var now = time.GetUtcNow();
        var report = new AuditReport(
            now,
            sample.Open,
            sample.Connections.Count(),
            [
                .. from policy in Verification.Check(explainer.Decision, observed, adapter.ChainObjectDigest, null)
                from feature in policy.Features
                where
                    Verification.IsInForce(feature.State)
                    || feature.State is PolicyState.Failed or PolicyState.Quarantined
                let key = (policy.Policy, feature.Feature)
                let subject = new AuditSubject(policy.Policy, feature.Feature)
                {
                    Missing = Verification.IsInForce(feature.State)
                        ? feature.Reasons.FirstOrDefault(reason => reason.Code == ReasonCodes.ChangedByOthers)?.Text
                        : feature.Reasons[0].Text,
                    IsOfConnections = explainer.Decision.Desired.Chains.Any(chain =>
                        chain.Stages.Any(stage => stage.Feature == feature.Feature)
                    ),
                    IsPaused = PauseTarget.IsPaused(pauses, feature.Feature, policy.Policy),
                    Unseen = failure ?? probes.ProblemOf(policy.Policy),
                    Overruled = Overruled(policy, observed),
                    Before = lines?.GetValueOrDefault(key),
                }
                select ConnectionAudit.Conclude(subject, [.. byFeature[key]], now),
            ]
        )
        {
            Probes = probes.Probes,
            Hidden = listing.Hidden,
            ForeignBelow = observed.Foreign.Count(program => program is { Below: not null, Hook: "sockops" }),
            Escaped = passes.Escaped.Sum(escaped => escaped.Connections),
        };

        // What was not listed would be taken for new by the next one.
        _audited = new Audited(
            failure is null ? passes.Changes : NoChanges,
            sample.Seen,
            report,
            findings
                .Where(finding => finding.Contradiction is not null)
                .ToLookup(
                    finding => SeenConnections.Key(finding.Sampled.Connection),
                    finding => (finding.Policy, finding.Feature)
                )
        );
        return report;
    }

    /// <summary>Whose programs are on the hook of a policy's chains: what they answer or set may stand instead of ours, before us or after us.</summary>
    private static Reason? Overruled(PolicyDecision policy, ObservedState observed) =>
        observed.Foreign.FirstOrDefault(program =>
            program.Hook == "sockops"
            && policy.Scopes.Any(scope => IsWithin(scope, program.Scope) || IsWithin(program.Scope, scope))
        )
            is { } foreign
            ? new Reason(
                AuditDoubts.OthersOnHook,
                $"its program ran, and so does {foreign.Name} of somebody else in {foreign.Scope}, which may "
                    + $"have had the last word: nothing shows which"
            )
            : null;

    private static bool IsWithin(string scope, string outer) =>
        outer == "/" || scope == outer || scope.StartsWith(outer + "/", StringComparison.Ordinal);

    /// <summary>Lists the connections; when they cannot be listed, none, and why.</summary>
    private (AuditSample Sample, ConnectionListing Listing, Reason? Failure) List(
        SeenConnections? before,
        IReadOnlySet<IPEndPoint> probes,
        ulong network
    )
    {
        try
        {
            var sample = new AuditSample(before, probes, network);
            return (sample, adapter.ReadConnections(sample.Take), null);
        }
        catch (BpfException exception)
        {
            return (
                new AuditSample(before, probes, network),
                new ConnectionListing(Remembers: false, Hidden: 0),
                new Reason(AuditDoubts.LookFailed, exception.Message)
            );
        }
    }

    private IEnumerable<Finding> Examine(
        AuditSample sample,
        Audited? before,
        PolicySet set,
        HostFacts facts,
        ConnectionContext connections
    )
    {
        var paths = adapter.FindCgroupPaths(
            sample.Connections.Select(sampled => sampled.Connection.CgroupId).Where(id => id != 0).ToFrozenSet()
        );
        var context = new AuditContext(
            facts,
            set.Policies.Where(policy => policy.Connections.Any(selector => selector.NamesOrigin))
                .Select(policy => policy.Name)
                .ToFrozenSet(StringComparer.Ordinal),
            Expectations(set, connections.Explainer!.Decision)
        );
        return from sampled in sample.Connections
            let cgroup = sampled.Connection.CgroupId == 0 ? "/" : paths.GetValueOrDefault(sampled.Connection.CgroupId)
            let known = before is null
                ? sampled
                : sampled with
                {
                    Contradicted = before.Contradicted[SeenConnections.Key(sampled.Connection)].ToFrozenSet(),
                }
            from finding in ConnectionAudit.Examine(
                known,
                ConnectionReports.Of(sampled.Connection, cgroup, connections),
                context
            )
            select finding;
    }

    /// <summary>What is expected of a feature with the values of a policy.</summary>
    private Func<string, string, ExaminedSocket, ImmutableArray<Expectation>> Expectations(
        PolicySet set,
        Decision decision
    )
    {
        var values =
            new Dictionary<(string Policy, string Feature), (ITuningFeature Feature, ParameterValues Values)?>();
        return (policy, feature, socket) =>
        {
            if (!values.TryGetValue((policy, feature), out var known))
            {
                values.Add((policy, feature), known = Find(policy, feature));
            }

            return known is { } given
                ? PluginCode.Ask(
                    () => given.Feature.Expectations(given.Values, socket).ToImmutableArray(),
                    otherwise: default(ImmutableArray<Expectation>)
                )
                : [];
        };

        (ITuningFeature, ParameterValues)? Find(string policy, string name)
        {
            var given = set
                .Policies.FirstOrDefault(candidate => candidate.Name == policy)
                ?.Tuning.GetValueOrDefault(name);
            var variant = decision
                .Policies.FirstOrDefault(candidate => candidate.Policy == policy)
                ?.Features.FirstOrDefault(candidate => candidate.Feature == name)
                ?.Variant;
            if (given is null || catalog.Find(name) is not { } feature)
            {
                return null;
            }

            var without = PluginCode.Ask(() =>
                feature.Variants.FirstOrDefault(candidate => candidate.Name == variant)?.Without
                ?? ImmutableArray<string>.Empty
            );
            return (
                feature,
                new ParameterValues(
                    given.Numbers.Where(number => !without.Contains(number.Key)),
                    given.Texts.Where(text => !without.Contains(text.Key))
                )
            );
        }
    }

    /// <summary>An audit, and what the next one has to know of it.</summary>
    /// <param name="Changes">How often the kernel had been changed then.</param>
    /// <param name="Seen">The connections that were open.</param>
    /// <param name="Report">What it found.</param>
    /// <param name="Contradicted">The features that each connection contradicted.</param>
    private sealed record Audited(
        long Changes,
        SeenConnections Seen,
        AuditReport Report,
        ILookup<(ulong, IPEndPoint, IPEndPoint), (string Policy, string Feature)> Contradicted
    );
}
