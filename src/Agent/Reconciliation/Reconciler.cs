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

/// <summary>
/// Brings the kernel to what the policies ask for, one pass at a time. One thread at a time may call it, and an agent has one that
/// does (<see cref="Daemon.WorkQueue"/>): nothing here is locked, so nothing waits for a pass but what the queue makes wait.
/// </summary>
internal sealed class Reconciler(
    BpfAdapter adapter,
    IFeatureCatalog catalog,
    HostPolicies policies,
    Stability stability,
    LedgerState state,
    TimeProvider time
)
{
    // Changes of cgroups that one pass decides anew for.
    private const int MostMoves = 8;

    private readonly EscapedConnections _escaped = new(adapter, catalog, policies);
    private ImmutableSortedDictionary<string, int> _hidden = ImmutableSortedDictionary.Create<string, int>(
        StringComparer.Ordinal
    );
    private volatile ObservedState _observed = ObservedState.Empty;

    /// <summary>What the kernel held of ours when a pass last looked. Any thread may ask.</summary>
    public ObservedState LastObserved => _observed;

    /// <summary>The last pass; null before the first.</summary>
    public ReconcileReport? Last { get; private set; }

    /// <summary>The last pass that left the kernel as it knows it; null when the last one did not.</summary>
    public ReconcileReport? Settled { get; private set; }

    /// <summary>Counts changes to the kernel: connections that are open at one may have what held before.</summary>
    public long Changes { get; private set; }

    /// <summary>The connections that escaped since the start, an entry for each scope of a policy.</summary>
    public IEnumerable<EscapedInfo> Escaped => _escaped.Sums;

    /// <summary>One pass. What goes wrong is in the report.</summary>
    /// <param name="trigger">What caused it.</param>
    /// <param name="progress">Told a line per action; may be null.</param>
    /// <param name="stop">Ends it before its next action; what was done stands.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public ReconcileReport Reconcile(
        string trigger,
        IProgress<string>? progress = null,
        CancellationToken stop = default
    )
    {
        var startedAt = time.GetUtcNow();
        var started = time.GetTimestamp();
        var work = new PassWork(progress, stop);
        try
        {
            Last = TransientErrors.Retry(() => Pass(trigger, startedAt, work), time);
            Remember(Last);
        }
#pragma warning disable CA1031 // A pass also runs code of plugins, which may throw anything; the next pass must come all the same.
        catch (Exception exception)
            when (exception is not BpfException { MissingPrivilege: not null } && !stop.IsCancellationRequested)
#pragma warning restore CA1031
        {
            // What was known of the policies stays known.
            Settled = null;
            Changes++;
            Last = (
                Last
                ?? new ReconcileReport
                {
                    Trigger = trigger,
                    StartedAt = startedAt,
                    Result = ReconcileResult.Failed,
                }
            ) with
            {
                Trigger = trigger,
                StartedAt = startedAt,
                Result = ReconcileResult.Failed,
                Converged = false,
                Error = exception is IOException or BpfException
                    ? exception.Message
                    : $"{exception.GetType().Name}: {exception.Message}",
            };
        }

        Changes += work.Done.Count;
        _escaped.Add(Last.Set, work.Escaped);
        return Last = Last with
        {
            Escaped = [.. _escaped.Sums],
            NewlyEscaped = [.. work.Escaped],
            Done = [.. work.Done],
            Walks = [.. work.Walks],
            Drift = work.Drift ?? [],
            Duration = time.GetElapsedTime(started),
            Pauses = state.ReadPauses() ?? Last.Observed.Pauses,
            Quarantine = stability.Entries,
            Losses = stability.Losses,
            StateProblems = state.Problems,
        };
    }

    private ReconcileReport Pass(string trigger, DateTimeOffset startedAt, PassWork work)
    {
        work.Stop.ThrowIfCancellationRequested();
        adapter.Look();
        var (source, facts, hostErrors) = policies.ReadForPass();
        var report = new ReconcileReport
        {
            Trigger = trigger,
            StartedAt = startedAt,
            Result = ReconcileResult.Invalid,
            PolicyErrors = [.. source.Errors, .. hostErrors],
            NotRead = source.NotRead,
        };
        if (source.Set is not { } read || facts is null)
        {
            return report with
            {
                Observed = Observe(),
                Error = "there is no valid policy set yet; the kernel is left as it is",
            };
        }

        var set = policies.Resolve(read);
        var observed = Observe();
        if (work.Drift is null)
        {
            work.Drift = FindDrift(observed);
            stability.Before(set, work.Drift.Value);
        }

        var rejections = new HashSet<Rejection>(stability.Rejections(set));
        (var decision, facts, var error, var errno) = Converge(set, facts, observed, work, rejections);
        observed = Observe();
        var rest = Planner.Plan(decision.Desired, observed, adapter.ChainObjectDigest, work.Restless);
        error ??= adapter.FindLostChains().FirstOrDefault();
        var cgroups = adapter.FindCgroups(set.Scopes);
        if (!rest.IsEmpty && !cgroups.SequenceEqual(facts.Cgroups))
        {
            // Cgroups came or went meanwhile: that says nothing of any feature, and the next pass, which they cause, sees to them.
            decision = decision with
            {
                Desired = Drift.StillThere(decision.Desired, cgroups, HostFactsReader.Interfaces()),
            };
        }
        else if (error is null && !rest.IsEmpty)
        {
            error =
                $"the kernel still differs after all actions were executed; the first: "
                + $"{rest.Actions[0].Description}, {rest.Actions[0].Why}";
        }

        return Settled = report with
        {
            Result =
                !report.PolicyErrors.IsEmpty ? ReconcileResult.Invalid
                : error is not null ? ReconcileResult.Failed
                : work.Done.Count == 0 ? ReconcileResult.Unchanged
                : ReconcileResult.Changed,
            Converged = rest.IsEmpty,
            Error = error,
            Transient = TransientErrors.IsTransient(errno),
            Revision = set.Revision,
            Set = set,
            Files = source.Files,
            KeptSince = source.KeptSince,
            Policies = ForeignNotes.Note(
                HiddenNamespaces.Note(
                    Verification.Check(decision, observed, adapter.ChainObjectDigest, error),
                    decision.Desired,
                    HiddenOf(work)
                ),
                decision.Desired,
                observed
            ),
            Rejections = [.. rejections],
            Desired = decision.Desired,
            Observed = observed,
            Host = facts,
            Scopes = [.. set.Scopes],
        };
    }

    private ObservedState Observe() => _observed = adapter.Observe();

    /// <summary>Processes whose network namespace the last walk of each scope could not see.</summary>
    private ImmutableSortedDictionary<string, int> HiddenOf(PassWork work) =>
        _hidden = _hidden.SetItems(work.Walks.Select(walk => KeyValuePair.Create(walk.Scope, walk.Hidden)));

    /// <summary>Keeps on disk what a pass has proved good, and counts what came and went.</summary>
    private void Remember(ReconcileReport report)
    {
        if (report.Set is not { } set)
        {
            return;
        }

        stability.After(set, report.Policies);
        if (report.PolicyErrors.IsEmpty && report.Host is { } facts)
        {
            state.Keep(
                set.Revision,
                report.StartedAt,
                report.Files,
                HostLabels.Own(facts.Labels),
                (
                    [.. set.Policies.Select(policy => policy.Name)],
                    [
                        .. set
                            .Policies.SelectMany(policy => policy.Tuning.Keys)
                            .Distinct(StringComparer.Ordinal)
                            .Order(StringComparer.Ordinal),
                    ]
                )
            );
        }
    }

    /// <summary>What somebody took away since the last pass.</summary>
    private ImmutableArray<DriftItem> FindDrift(ObservedState observed) =>
        Settled is not { } last || Planner.Plan(last.Desired, observed, adapter.ChainObjectDigest).IsEmpty
            ? []
            : Drift.Find(
                last,
                observed,
                adapter.FindCgroups(last.Scopes),
                HostFactsReader.Interfaces(),
                adapter.ChainObjectDigest
            );

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
    private (Decision Decision, HostFacts Facts, string? Error, int Errno) Converge(
        PolicySet set,
        HostFacts facts,
        ObservedState observed,
        PassWork work,
        HashSet<Rejection> rejections
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
            known ??= Observe();
            decision = decision with { Desired = decision.Desired with { Pauses = Pauses(known) } };
            var plan = Planner.Plan(decision.Desired, known, adapter.ChainObjectDigest, leftOut);
            if (plan.IsEmpty)
            {
                return (decision, facts, error, errno);
            }

            var late = _escaped.LateScopesOf(plan, set, known, Last);
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
                    continue;
                }

                work.Restless.Add(result.Failed.Target ?? new ScopeTarget(cgroup));
            }
            else
            {
                (error, errno) = error is null ? (result.Error, result.Errno) : (error, errno);
            }

            if (result.Failed?.Target is not { } target || !leftOut.Add(target))
            {
                return (decision, facts, error, errno);
            }

            void CountLate() => escaped = _escaped.Count(late, set, facts, rejections, decision.Desired.Pauses);

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
}
