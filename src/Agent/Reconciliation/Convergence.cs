using System.Collections.Immutable;
using NetEdit.Adapter;
using NetEdit.Agent.Connections;
using NetEdit.Agent.Control;
using NetEdit.Agent.Host;
using NetEdit.Agent.Metrics;
using NetEdit.Agent.Persistence;
using NetEdit.Agent.Policies;
using NetEdit.Bpf;
using NetEdit.Host;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Reconciliation;

/// <summary>Executes plans until the kernel is as the policies ask for, or nothing more can be done in this pass.</summary>
internal sealed class Convergence(
    BpfAdapter adapter,
    IFeatureCatalog catalog,
    HostPolicies policies,
    Stability stability,
    LedgerState state,
    EscapedConnections escapedConnections
)
{
    // Changes of cgroups that one pass decides anew for.
    private const int MostMoves = 8;

    /// <summary>
    /// Executes plans until one is done. A program the kernel refuses is decided without; a scope that cannot be attached is left out,
    /// so that the others go on. Each round adds a refusal or a scope, of which there are finitely many, or follows a change of the pauses
    /// or one of few changes of cgroups.
    /// </summary>
    /// <param name="set">The policies.</param>
    /// <param name="facts">The host.</param>
    /// <param name="observed">What the kernel holds.</param>
    /// <param name="work">What is done is added to it.</param>
    /// <param name="rejections">What the kernel refuses is added to them.</param>
    /// <param name="last">The last pass; null before the first.</param>
    /// <returns>What was decided, for which host, and the first error with its errno; null and 0 when everything was done.</returns>
    public (Decision Decision, HostFacts Facts, string? Error, int Errno) Run(
        PolicySet set,
        HostFacts facts,
        ObservedState observed,
        PassWork work,
        HashSet<Rejection> rejections,
        ReconcileReport? last
    )
    {
        var leftOut = new HashSet<ChangeTarget>(work.Restless);
        string? error = null;
        var errno = 0;
        var moves = 0;
        for (ObservedState? known = observed; ; known = null)
        {
            facts = policies.Look(set, facts);
            var pausedAt = state.PausesChangedAt;
            var decision = Decider.Decide(set, facts, adapter.Capabilities, catalog, rejections);
            known ??= adapter.ObserveOwn();
            decision = decision with { Desired = decision.Desired with { Pauses = Pauses(known) } };
            var plan = Planner.Plan(decision.Desired, known, adapter.ChainObjectDigest, leftOut);
            if (plan.IsEmpty)
            {
                adapter.RecordNeeded();
                return (decision, facts, error, errno);
            }

            if (plan.Actions.Any(LosesCounts))
            {
                work.BeforeRemovals?.Invoke(known);
            }

            var late = escapedConnections.LateScopesOf(plan, set, known, last);
            var escaped = ImmutableSortedDictionary<string, (long Connections, long TunedLater)>.Empty;
            var result = adapter.Execute(
                plan,
                work.Progress,
                () => work.Stop.IsCancellationRequested || state.PausesChangedAt != pausedAt,
                late.IsEmpty ? null : CountLate
            );
            work.Done.AddRange(result.Done);
            work.Escaped.AddRange(EscapedOf(result));
            work.Walks.AddRange(result.Walks);
            if (result.Success)
            {
                return (decision, facts, error, errno);
            }

            if (result.Interrupted)
            {
                work.Stop.ThrowIfCancellationRequested();
                continue;
            }

            var refused = rejections.Count;
            foreach (var rejection in result.Rejections.Where(rejections.Add))
            {
                // What may be gone by then is tried again at the next pass.
                if (!TransientErrors.MayPass(rejection.Errno))
                {
                    stability.Remember(rejection);
                }
            }

            if (rejections.Count > refused)
            {
                work.Progress?.Report(
                    $"trying again without {string.Join(", ", result.Rejections.Select(rejection =>
                        $"variant {rejection.Variant} of {rejection.Feature}"
                    ).Distinct(StringComparer.Ordinal))}, which the kernel refused"
                );
                continue;
            }

            if (
                result.Failed?.Cgroup is { } cgroup
                && adapter.FindCgroups([cgroup]).GetValueOrDefault(cgroup) != facts.Cgroups.GetValueOrDefault(cgroup)
            )
            {
                // It went, or another one came in its place: decided anew. One that does so all the time waits for the next pass.
                if (++moves <= MostMoves)
                {
                    work.Progress?.Report($"trying again: {cgroup} was deleted or made anew meanwhile");
                    continue;
                }

                work.Restless.Add(result.Failed.Target ?? new ScopeTarget(cgroup));
            }
            else
            {
                (error, errno) = error is null ? (result.Error, result.Errno) : (error, errno);
            }

            if (result.Failed is not { Target: { } target } failed || !leftOut.Add(target))
            {
                return (decision, facts, error, errno);
            }

            work.Progress?.Report($"going on without: {failed.Description}");

            void CountLate() =>
                escaped = escapedConnections.Count(late, set, facts, rejections, decision.Desired.Pauses);

            // What was undone is attached, and counted, again.
            IEnumerable<EscapedInfo> EscapedOf(ExecutionResult executed) =>
                escaped.IsEmpty
                    ? []
                    : from names in new[] { new TargetNames(set) }
                    from attach in executed.Done.OfType<AttachChain>()
                    where escaped.ContainsKey(attach.Chain.Scope)
                    let count = escaped[attach.Chain.Scope]
                    select new EscapedInfo(names.Scope(attach.Chain.Scope), count.Connections, count.TunedLater);
        }
    }

    /// <summary>Whether an action takes something away that the kernel has counted.</summary>
    private static bool LosesCounts(PlanAction action) =>
        action
            is DeleteProfile
                or RemoveSharedMaps
                or UpdateChain
                or DetachChain
                or UpdateProgram
                or DetachProgram
                or UnregisterAlgorithm
                or RegisterAlgorithm { Replaces: not null };

    /// <summary>What the operator paused, which is kept for the time after a restart. When that is not known, the kernel's pauses are taken over.</summary>
    private ImmutableSortedSet<string> Pauses(ObservedState observed)
    {
        var known = state.ReadPauses();
        if (known is null && observed.Pauses.IsEmpty)
        {
            return observed.Pauses;
        }

        var pauses = known ?? observed.Pauses;
        _ = state.KeepForGood(pauses);
        return pauses;
    }
}
