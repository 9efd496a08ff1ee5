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
internal sealed partial class Reconciler(BpfAdapter adapter, IFeatureCatalog catalog, PolicySource policies, HostFactsReader host, LedgerState state, TimeProvider time)
{
    // Changes of cgroups that one pass decides anew for.
    private const int MostMoves = 8;

    private readonly Stability _stability = new(state, catalog, time);
    private HostFacts? _lastFacts;
    private ReconcileReport? _last;

    // The last pass that left the kernel as it knows it.
    private ReconcileReport? _settled;
    private ImmutableSortedDictionary<string, int> _hidden = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);
    private volatile ObservedState _observed = ObservedState.Empty;

    /// <summary>What the kernel held of ours when a pass last looked. Any thread may ask.</summary>
    public ObservedState LastObserved => _observed;

    /// <summary>One pass. What goes wrong is in the report.</summary>
    /// <param name="trigger">What caused it.</param>
    /// <param name="progress">Told a line per action; may be null.</param>
    /// <param name="stop">Ends it before its next action; what was done stands.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public ReconcileReport Reconcile(string trigger, IProgress<string>? progress = null, CancellationToken stop = default)
    {
        var startedAt = time.GetUtcNow();
        var started = time.GetTimestamp();
        var work = new PassWork(progress, stop);
        try
        {
            _last = TransientErrors.Retry(() => Pass(trigger, startedAt, work), time);
            Remember(_last);
        }
#pragma warning disable CA1031 // A pass also runs code of plugins, which may throw anything; the next pass must come all the same.
        catch (Exception exception) when (exception is not BpfException { MissingPrivilege: not null } && !stop.IsCancellationRequested)
#pragma warning restore CA1031
        {
            // What was known of the policies stays known.
            _settled = null;
            _changes++;
            _last = (_last ?? new ReconcileReport { Trigger = trigger, StartedAt = startedAt, Result = ReconcileResult.Failed }) with
            {
                Trigger = trigger,
                StartedAt = startedAt,
                Result = ReconcileResult.Failed,
                Converged = false,
                Error = exception is IOException or BpfException ? exception.Message : $"{exception.GetType().Name}: {exception.Message}",
            };
        }

        _changes += work.Done.Count;
        AddEscaped(_last.Set, work.Escaped);
        return _last = _last with
        {
            Escaped = [.. _escaped.Values],
            NewlyEscaped = [.. work.Escaped],
            Done = [.. work.Done],
            Walks = [.. work.Walks],
            Drift = work.Drift ?? [],
            Duration = time.GetElapsedTime(started),
            Pauses = state.ReadPauses() ?? _last.Observed.Pauses,
            Quarantine = _stability.Entries,
            Losses = _stability.Losses,
            StateProblems = state.Problems,
        };
    }

    /// <summary>Lets what is in quarantine be tried again at the next pass.</summary>
    /// <param name="feature">The feature; null for all.</param>
    /// <returns>What was let go.</returns>
    public ImmutableArray<QuarantineEntry> Retry(string? feature) => _stability.Retry(feature);

    /// <summary>Forgets what somebody else set of sysctls, so that the next pass sets them over it.</summary>
    /// <param name="feature">The feature; null for all.</param>
    /// <returns>What was forgotten.</returns>
    /// <exception cref="CliException">It cannot be forgotten.</exception>
    public ImmutableArray<ObservedSysctl> TakeOver(string? feature)
    {
        ImmutableArray<ObservedSysctl> foreign = [.. adapter.Observe().Sysctls.Where(sysctl => sysctl.IsForeign && (feature is null || sysctl.Feature == feature))];
        var result = adapter.Execute(new Plan("", [.. foreign.Select(sysctl => new ForgetSysctl(sysctl.Key, "netedit retry"))]));
        return result.Success ? foreign : throw new CliException(ExitCode.Failed, result.Error!);
    }

    /// <summary>What a pass would do. Changes nothing.</summary>
    /// <exception cref="InvalidPoliciesException">The policies or <c>host.yaml</c> are invalid.</exception>
    public PlanPreview Preview()
    {
        var (set, facts) = ReadPolicies();
        var decision = Decider.Decide(set, facts, adapter.Capabilities, catalog, [.. _stability.Refusals(set)]);
        var observed = adapter.Observe();
        decision = decision with { Desired = decision.Desired with { Pauses = state.ReadPauses() ?? observed.Pauses } };
        decision = UndecidedFeatures.Note(decision, observed);
        decision = decision with { Policies = SysctlDrift.Note(decision, observed) };
        var plan = Planner.Plan(decision.Desired, observed, adapter.ChainObjectDigest);
        return new PlanPreview(set, decision, observed, plan, facts, _stability.Entries)
        {
            NotRead = policies.Last.NotRead,
        };
    }

    /// <summary>Explains open connections by the policies in force. Changes nothing.</summary>
    /// <param name="query">Which.</param>
    /// <param name="named">Whether the caller has named the policies; if not and no pass was made, those that were kept on disk count.</param>
    /// <exception cref="InvalidPoliciesException">The named policies or <c>host.yaml</c> are invalid.</exception>
    public ConnectionsReport Explain(ConnectionQuery query, bool named)
    {
        var found = new FoundConnections(query);
        var listing = adapter.ReadConnections(found.Take);
        var (set, facts) = named ? ReadPolicies() : KnownPolicies();
        var observed = adapter.Observe();
        var explainer = set is null || facts is null ? null : Explain(set, facts, observed);
        return found.Explain(set?.Revision, new ConnectionContext(explainer, observed.Chains, observed.Pauses, listing.Remembers) { Foreign = observed.Foreign }, adapter.FindCgroupPaths) with { Hidden = listing.Hidden };
    }

    /// <summary>Where the policies of a pass are now, and whether they are still where it found them. Changes nothing.</summary>
    /// <param name="set">The policies.</param>
    /// <param name="cgroups">The cgroups it found.</param>
    public (FoundScopes Found, bool Moved) FindScopes(PolicySet set, ImmutableSortedDictionary<string, ulong> cgroups)
    {
        var found = ScopeFinder.Find(set, adapter.CgroupMount);
        return (found, !found.AreThoseOf(set) || !adapter.FindCgroups(found.Policies.Scopes).SequenceEqual(cgroups));
    }

    /// <summary>The features in quarantine.</summary>
    public ImmutableArray<string> Quarantined =>
        [.. _stability.Entries.Select(entry => entry.Feature).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Removes what is ours and belongs to nothing.</summary>
    /// <param name="dryRun">Whether to look only.</param>
    /// <param name="progress">Told a line per action; may be null.</param>
    public ChangeOutcome Collect(bool dryRun, IProgress<string>? progress = null)
    {
        var observed = adapter.Observe();
        var plan = new Plan("",
        [
            .. observed.Orphans.Select(orphan => new RemoveOrphan(orphan.Path, orphan.Reason)),
            .. observed.Sysctls.Where(sysctl => sysctl.Current is null).Select(sysctl => new ForgetSysctl(sysctl.Key, "it is there no longer, or its network namespace is not")),
        ]);
        return dryRun ? ChangeOutcomes.OfOrphans(plan) : ChangeOutcomes.OfOrphans(adapter.Execute(plan, progress));
    }

    /// <summary>
    /// Removes everything of ours, from the kernel and then, once the kernel was seen to hold nothing, from disk: should it fail, the
    /// policies and pauses that are in force are still known. No pass may follow.
    /// </summary>
    /// <param name="progress">Told a line per action; may be null.</param>
    public ChangeOutcome Uninstall(IProgress<string>? progress = null)
    {
        var result = adapter.Execute(Planner.Uninstall(adapter.Observe(), adapter.ChainObjectDigest), progress);
        var outcome = ChangeOutcomes.OfUninstall(result, adapter.Observe(), adapter.FindLostChains());
        if (outcome.Complete)
        {
            state.Clear();
        }

        return outcome;
    }

    private ReconcileReport Pass(string trigger, DateTimeOffset startedAt, PassWork work)
    {
        work.Stop.ThrowIfCancellationRequested();
        adapter.Look();
        var source = policies.Read();
        var (facts, hostErrors) = host.Read();
        _lastFacts = hostErrors.IsEmpty ? facts : _lastFacts ?? KeptFacts(facts);
        var report = new ReconcileReport
        {
            Trigger = trigger,
            StartedAt = startedAt,
            Result = ReconcileResult.Invalid,
            PolicyErrors = [.. source.Errors, .. hostErrors],
            NotRead = source.NotRead,
        };
        if (source.Set is not { } read || _lastFacts is null)
        {
            return report with { Observed = Observe(), Error = "there is no valid policy set yet; the kernel is left as it is" };
        }

        var set = ScopeFinder.Find(UserNumbers.Resolve(read), adapter.CgroupMount).Policies;
        var observed = Observe();
        if (work.Drift is null)
        {
            work.Drift = FindDrift(observed);
            _stability.Before(set, work.Drift.Value);
        }

        var refusals = new HashSet<Refusal>(_stability.Refusals(set));
        var (decision, error, errno) = Converge(set, _lastFacts, observed, work, refusals);
        observed = Observe();
        var rest = Planner.Plan(decision.Desired, observed, adapter.ChainObjectDigest, work.Restless);
        error ??= adapter.FindLostChains().FirstOrDefault();
        var cgroups = adapter.FindCgroups(set.Scopes);
        if (!rest.IsEmpty && !cgroups.SequenceEqual(_lastFacts.Cgroups))
        {
            // Cgroups came or went meanwhile: that says nothing of any feature, and the next pass, which they cause, sees to them.
            decision = decision with { Desired = Drift.StillThere(decision.Desired, cgroups, HostFactsReader.Interfaces()) };
        }
        else if (error is null && !rest.IsEmpty)
        {
            error = $"the kernel still differs after all actions were executed; the first: {ActionText.Of(rest.Actions[0])}, {rest.Actions[0].Why}";
        }

        return _settled = report with
        {
            Result = !report.PolicyErrors.IsEmpty ? ReconcileResult.Invalid
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
            Policies = ForeignNotes.Note(HiddenNamespaces.Note(Verification.Check(decision, observed, adapter.ChainObjectDigest, error), decision.Desired, HiddenOf(work)), decision.Desired, observed),
            Refusals = [.. refusals],
            Desired = decision.Desired,
            Observed = observed,
            Host = _lastFacts,
            Scopes = [.. set.Scopes],
        };
    }

    private ObservedState Observe() => _observed = adapter.Observe();

    /// <summary>Processes whose network namespace the last walk of each scope could not see.</summary>
    private ImmutableSortedDictionary<string, int> HiddenOf(PassWork work) =>
        _hidden = _hidden.SetItems(work.Walks.Select(walk => KeyValuePair.Create(walk.Scope, walk.Hidden)));

    /// <summary>The decision that the kernel holds: also without what it refused for now, which the next pass tries again.</summary>
    private ConnectionExplainer Explain(PolicySet set, HostFacts facts, ObservedState observed)
    {
        var refusals = new HashSet<Refusal>([.. _stability.Refusals(set), .. _settled is { } last && last.Revision == set.Revision ? last.Refusals : []]);
        while (true)
        {
            var explainer = Decider.Explain(set, facts, adapter.Capabilities, catalog, refusals);
            var known = refusals.Count;
            refusals.UnionWith(Verification.Unregistered(explainer.Decision.Desired, observed));
            if (refusals.Count == known)
            {
                return explainer;
            }
        }
    }

    /// <summary>The policies of the files, and the facts of this host for them.</summary>
    private (PolicySet Set, HostFacts Facts) ReadPolicies()
    {
        var source = policies.Read();
        var (facts, hostErrors) = host.Read();
        if (source.Set is null || !source.Errors.IsEmpty || !hostErrors.IsEmpty)
        {
            throw new InvalidPoliciesException([.. source.Errors, .. hostErrors]);
        }

        return Ready(source.Set, facts);
    }

    /// <summary>The policies of the last pass, or those kept on disk, and the facts of this host for them; nulls when there are none.</summary>
    private (PolicySet? Set, HostFacts? Facts) KnownPolicies()
    {
        if ((_last?.Set ?? KeptSet()) is not { } set)
        {
            return (null, null);
        }

        var (facts, hostErrors) = host.Read();
        return (_lastFacts ?? (hostErrors.IsEmpty ? facts : KeptFacts(facts))) is { } known ? Ready(set, known) : (null, null);
    }

    private (PolicySet Set, HostFacts Facts) Ready(PolicySet policies, HostFacts facts)
    {
        var set = ScopeFinder.Find(UserNumbers.Resolve(policies), adapter.CgroupMount).Policies;
        return (set, facts with { Cgroups = adapter.FindCgroups(set.Scopes), Sysctls = host.Sysctls(Named(set)), Now = time.GetUtcNow() });
    }

    /// <summary>Keeps on disk what a pass has proved good, and counts what came and went.</summary>
    private void Remember(ReconcileReport report)
    {
        if (report.Set is not { } set)
        {
            return;
        }

        _stability.After(set, report.Policies);
        if (report.PolicyErrors.IsEmpty && report.Host is { } facts)
        {
            state.Keep(set.Revision, report.StartedAt, report.Files, HostLabels.Own(facts.Labels), (
                [.. set.Policies.Select(policy => policy.Name)],
                [.. set.Policies.SelectMany(policy => policy.Tuning.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]));
        }
    }

    /// <summary>The sysctls that policies name.</summary>
    private IEnumerable<string> Named(PolicySet set) =>
        from policy in set.Policies
        from tuning in policy.Tuning
        let feature = catalog.Find(tuning.Key)
        where feature is not null && tuning.Value is not null
        from setting in Ask(() => feature.Settings(tuning.Value).ToImmutableArray())
        select setting.Name;

    /// <summary>What somebody took away since the last pass.</summary>
    private ImmutableArray<DriftItem> FindDrift(ObservedState observed) =>
        _settled is not { } last || Planner.Plan(last.Desired, observed, adapter.ChainObjectDigest).IsEmpty
            ? []
            : Drift.Find(last, observed, adapter.FindCgroups(last.Scopes), HostFactsReader.Interfaces(), adapter.ChainObjectDigest);

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

    /// <summary>The last good set on disk; null when there is none.</summary>
    private PolicySet? KeptSet() => state.Policies is { } kept ? PolicySource.Parse(kept, catalog) : null;

    /// <summary>The facts with the labels that <c>host.yaml</c> had when it was last good; null when that is not known.</summary>
    private HostFacts? KeptFacts(HostFacts facts) => state.Policies is { } kept ? facts with { Labels = facts.Labels.AddRange(kept.Labels) } : null;

    /// <summary>
    /// Executes plans until one is done. A program the kernel refuses is decided without; a scope that cannot be attached is left out,
    /// so that the others go on. Each round adds a refusal or a scope, of which there are finitely many, or follows a change of the pauses
    /// or one of few changes of cgroups.
    /// </summary>
    /// <param name="set">The policies.</param>
    /// <param name="facts">The host.</param>
    /// <param name="observed">What the kernel holds.</param>
    /// <param name="work">What is done is added to it.</param>
    /// <param name="refusals">What the kernel refuses is added to them.</param>
    private (Decision Decision, string? Error, int Errno) Converge(PolicySet set, HostFacts facts, ObservedState observed, PassWork work, HashSet<Refusal> refusals)
    {
        var leftOut = new HashSet<string>(work.Restless, StringComparer.Ordinal);
        string? error = null;
        var errno = 0;
        var moves = 0;
        for (ObservedState? known = observed; ; known = null)
        {
            facts = facts with { Cgroups = adapter.FindCgroups(set.Scopes), Sysctls = host.Sysctls(Named(set)), Now = time.GetUtcNow() };
            _lastFacts = facts;
            var pausedAt = state.PausesChangedAt;
            var decision = Decider.Decide(set, facts, adapter.Capabilities, catalog, refusals);
            known ??= Observe();
            decision = decision with { Desired = decision.Desired with { Pauses = Pauses(known) } };
            var plan = Planner.Plan(decision.Desired, known, adapter.ChainObjectDigest, leftOut);
            if (plan.IsEmpty)
            {
                return (decision, error, errno);
            }

            var late = LateScopesOf(plan, set, known);
            var escaped = ImmutableSortedDictionary<string, (long Connections, long TunedLater)>.Empty;
            var result = adapter.Execute(plan, work.Progress, () => work.Stop.IsCancellationRequested || state.PausesChangedAt != pausedAt, late.IsEmpty ? null : CountLate);
            work.Done.AddRange(result.Done);
            work.Escaped.AddRange(EscapedOf(result));
            work.Walks.AddRange(result.Walks);
            if (result.Success)
            {
                return (decision, error, errno);
            }

            if (result.Interrupted)
            {
                work.Stop.ThrowIfCancellationRequested();
                continue;
            }

            var refused = refusals.Count;
            foreach (var refusal in result.Refusals.Where(refusals.Add))
            {
                // What may be gone by then is tried again at the next pass.
                if (!TransientErrors.MayPass(refusal.Errno))
                {
                    _stability.Remember(refusal);
                }
            }

            if (refusals.Count > refused)
            {
                continue;
            }

            var (scope, cgroup) = Target(result.Failed);
            if (cgroup is not null && adapter.FindCgroups([cgroup]).GetValueOrDefault(cgroup) != facts.Cgroups.GetValueOrDefault(cgroup))
            {
                // It went, or another one came in its place: decided anew. One that does so all the time waits for the next pass.
                if (++moves <= MostMoves)
                {
                    continue;
                }

                work.Restless.Add(scope ?? cgroup);
            }
            else
            {
                (error, errno) = error is null ? (result.Error, result.Errno) : (error, errno);
            }

            if (scope is null || !leftOut.Add(scope))
            {
                return (decision, error, errno);
            }

            void CountLate() => escaped = CountEscaped(late, set, facts, refusals, decision.Desired.Pauses);

            // What was undone is attached, and counted, again.
            IEnumerable<EscapedInfo> EscapedOf(ExecutionResult executed) => escaped.IsEmpty ? [] :
                from names in new[] { new TargetNames(set) }
                from attach in executed.Done.OfType<AttachChain>()
                where escaped.ContainsKey(attach.Chain.Scope)
                let count = escaped[attach.Chain.Scope]
                select new EscapedInfo(names.Scope(attach.Chain.Scope), count.Connections, count.TunedLater);
        }
    }

    /// <summary>What a failed action was for, as a plan leaves it out, and the cgroup that it needs; nulls where there is none.</summary>
    private static (string? LeftOut, string? Cgroup) Target(PlanAction? failed) => failed switch
    {
        AttachChain attach => (attach.Chain.Scope, attach.Chain.Scope),
        UpdateChain update => (update.Chain.Scope, update.Chain.Scope),
        AttachProgram attach => (attach.Attachment.Key.ToString(), CgroupOf(attach.Attachment)),
        UpdateProgram update => (update.Attachment.Key.ToString(), CgroupOf(update.Attachment)),
        SetSysctl setting => (setting.Sysctl.Group, null),
        RestoreSysctl restore => (restore.Key.ToString(), null),
        TuneSockets tune => (null, tune.Chain.Scope),
        ReleaseSockets release => (null, release.Scope),
        _ => (null, null),
    };

    private static string? CgroupOf(DesiredAttachment attachment) => attachment.Program.Hook.Target == HookTarget.Cgroup ? attachment.Target : null;

    /// <summary>What a pass has done so far, through all its tries.</summary>
    private sealed record PassWork(IProgress<string>? Progress, CancellationToken Stop)
    {
        /// <summary>Scopes whose cgroups came and went throughout the pass: left for the next one.</summary>
        public HashSet<string> Restless { get; } = new(StringComparer.Ordinal);

        public List<PlanAction> Done { get; } = [];

        public List<LiveWalkResult> Walks { get; } = [];

        /// <summary>Connections that escaped, by scope; a scope may be there twice.</summary>
        public List<EscapedInfo> Escaped { get; } = [];

        /// <summary>What was found missing before the first try; null until it has looked.</summary>
        public ImmutableArray<DriftItem>? Drift { get; set; }
    }
}
