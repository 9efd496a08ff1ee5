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

    /// <summary>Given the kernel's counters before a pass takes some of them away, with the pass before; null where nobody adds them up.</summary>
    public Action<KernelUsage, ReconcileReport>? LastCounts { get; set; }

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
        var work = new PassWork(progress, stop) { BeforeRemovals = ReadLastCounts };
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
            Emptied = source.Refused is { } refused ? Emptying.Staying(source, refused) : null,
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
        var observed = adapter.ObserveOwn();
        if (
            !policies.MayBeEmpty
            && Emptying.Refusal(source, set, observed, state.Policies?.PolicyNames ?? []) is { } why
        )
        {
            return report with { Observed = Observe(), Emptied = why, Error = why };
        }

        if (work.Drift is null)
        {
            work.Drift = FindDrift(observed);
            stability.Before(set, work.Drift.Value);
        }

        var rejections = new HashSet<Rejection>(stability.Rejections(set));
        (var decision, facts, var error, var errno) = new Convergence(
            adapter,
            catalog,
            policies,
            stability,
            state,
            _escaped
        ).Run(set, facts, observed, work, rejections, Last);
        observed = Observe();
        var rest = Planner.Plan(decision.Desired, observed, adapter.ChainObjectDigest, work.Restless);
        error ??= adapter.FindLostChains().FirstOrDefault();
        string? changed = null;
        if (!rest.IsEmpty)
        {
            (decision, var ended) = WithoutEnded(decision, facts, adapter.FindCgroups(set.Scopes));
            changed = ended
                ? null
                : $"something else changed the kernel during the pass, and the next one repairs it; first difference: "
                    + $"{rest.Actions[0].Description}, {rest.Actions[0].Why}";
        }

        return Settled = report with
        {
            Result =
                !report.PolicyErrors.IsEmpty ? ReconcileResult.Invalid
                : (error ?? changed) is not null ? ReconcileResult.Failed
                : work.Done.Count == 0 ? ReconcileResult.Unchanged
                : ReconcileResult.Changed,
            Converged = rest.IsEmpty,
            Error = error ?? changed,
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

    private void ReadLastCounts(ObservedState observed)
    {
        if (LastCounts is not { } take || Last is not { } last)
        {
            return;
        }

        try
        {
            take(adapter.ReadUsage(observed), last);
        }
        catch (BpfException)
        {
            // What cannot be counted fails no pass.
        }
    }

    /// <summary>
    /// The decision without the cgroups and interfaces that came or went meanwhile, as those of a container that ended. That says nothing
    /// of any feature, and the next pass, which they cause, sees to them.
    /// </summary>
    private static (Decision Decision, bool Ended) WithoutEnded(
        Decision decision,
        HostFacts facts,
        ImmutableSortedDictionary<string, ulong> cgroups
    )
    {
        var there = Drift.StillThere(decision.Desired, cgroups, HostFactsReader.Interfaces());
        return cgroups.SequenceEqual(facts.Cgroups) && there.Attachments.Length == decision.Desired.Attachments.Length
            ? (decision, false)
            : (
                decision with
                {
                    Desired = there,
                    Policies = EndedScopes.Note(decision.Policies, facts.Cgroups, cgroups),
                },
                true
            );
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
        if (report.PolicyErrors.IsEmpty && report.Emptied is null && report.Host is { } facts)
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
}
