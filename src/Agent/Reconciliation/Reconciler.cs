using System.Collections.Immutable;
using NetEdit.Adapter;
using NetEdit.Agent.Connections;
using NetEdit.Agent.Control;
using NetEdit.Agent.Host;
using NetEdit.Agent.Persistence;
using NetEdit.Agent.Policies;
using NetEdit.Features;
using NetEdit.Host;
using NetEdit.Policies;
using NetEdit.PolicyEngine;
using NetEdit.State;

namespace NetEdit.Agent.Reconciliation;

/// <summary>
/// Brings the kernel to what the policies ask for, one pass at a time. It owns the adapter, which serves one caller at a time.
/// </summary>
internal sealed partial class Reconciler(BpfAdapter adapter, IFeatureCatalog catalog, PolicySource policies, HostFactsReader host, LedgerState state, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Stability _stability = new(state, catalog, time);
    private HostFacts? _lastFacts;
    private ReconcileReport? _last;

    // The last pass that left the kernel as it knows it.
    private ReconcileReport? _settled;

    /// <summary>One pass. What goes wrong is in the report.</summary>
    public ReconcileReport Reconcile(string trigger, IProgress<string>? progress = null)
    {
        lock (_gate)
        {
            var startedAt = time.GetUtcNow();
            var started = time.GetTimestamp();
            try
            {
                _last = TransientErrors.Retry(() => Pass(trigger, startedAt, progress), time);
                _changes += _last.Done.Length;
                Remember(_last);
            }
#pragma warning disable CA1031 // A pass also runs code of plugins, which may throw anything; the next pass must come all the same.
            catch (Exception exception) when (exception is not BpfException { MissingPrivilege: not null })
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
                    Done = [],
                    Walks = [],
                    Drift = [],
                };
            }

            return _last = _last with
            {
                Duration = time.GetElapsedTime(started),
                Pauses = state.Pauses ?? _last.Observed.Pauses,
                Quarantine = _stability.Entries,
                Losses = _stability.Losses,
                StateProblems = state.Problems,
            };
        }
    }

    /// <summary>Switches tuning off, or on again: in the kernel in one write, and on disk.</summary>
    /// <param name="words">What the user named; see <see cref="PauseNames"/>.</param>
    /// <param name="pause">Whether to pause.</param>
    /// <exception cref="CliException">It is unknown, ambiguous, or one too many.</exception>
    public PauseReport SetPauses(IReadOnlyList<string> words, bool pause)
    {
        lock (_gate)
        {
            var observed = adapter.Observe();
            var before = Pauses(observed);
            var set = _last?.Set ?? KeptSet();
            var target = PauseNames.Resolve(
                words,
                [.. catalog.Names.Concat(set?.Policies.SelectMany(policy => policy.Tuning.Keys) ?? []).Distinct(StringComparer.Ordinal)],
                [.. set?.Policies.Select(policy => policy.Name) ?? []],
                before,
                preferPaused: !pause);
            var after = pause ? before.Add(target) : target == PauseTarget.Everything ? before.Clear() : before.Remove(target);
            if (after.Remove(PauseTarget.Everything).Count > PauseTarget.Most)
            {
                throw new CliException(ExitCode.Failed, $"more than {PauseTarget.Most} features and policies cannot be paused at once; resume some, or pause everything");
            }

            string? error = null;
            var why = pause ? "netedit pause" : "netedit resume";
            ImmutableArray<PlanAction> actions =
            [
                .. observed.SharedMaps && !after.SetEquals(observed.Pauses) ? [new SetPauses(after, why)] : ImmutableArray<PlanAction>.Empty,
                .. from attachment in observed.Attachments
                   let paused = PauseTarget.IsPaused(after, attachment.Key.Feature, attachment.Policy)
                   where paused != attachment.Paused
                   select new PauseProgram(attachment.Key, paused, why),
                .. from sysctl in observed.Sysctls
                   let paused = PauseTarget.IsPaused(after, sysctl.Feature, sysctl.Policy)
                   where paused != sysctl.Paused && !sysctl.IsForeign
                   select new SetSysctl(new DesiredSysctl(sysctl.Key, sysctl.Value, sysctl.Feature, sysctl.Policy), paused, why),
            ];
            if (!actions.IsEmpty)
            {
                _changes++;
                error = adapter.Execute(new Plan("", actions)).Error;
            }

            error ??= adapter.FindLostChains().FirstOrDefault();

            var unchanged = state.Pauses is { } known && known.SetEquals(after);
            return new PauseReport([.. after.SymmetricExcept(before)], [.. after], error, unchanged ? null : state.Keep(after));
        }
    }

    /// <summary>Lets what is in quarantine be tried again at the next pass.</summary>
    /// <param name="feature">The feature; null for all.</param>
    /// <returns>What was let go.</returns>
    public ImmutableArray<QuarantineEntry> Retry(string? feature)
    {
        lock (_gate)
        {
            return _stability.Retry(feature);
        }
    }

    /// <summary>Forgets what somebody else set of sysctls, so that the next pass sets them over it.</summary>
    /// <param name="feature">The feature; null for all.</param>
    /// <returns>What was forgotten.</returns>
    /// <exception cref="CliException">It cannot be forgotten.</exception>
    public ImmutableArray<ObservedSysctl> TakeOver(string? feature)
    {
        lock (_gate)
        {
            ImmutableArray<ObservedSysctl> foreign = [.. adapter.Observe().Sysctls.Where(sysctl => sysctl.IsForeign && (feature is null || sysctl.Feature == feature))];
            var result = adapter.Execute(new Plan("", [.. foreign.Select(sysctl => new ForgetSysctl(sysctl.Key, "netedit retry"))]));
            return result.Success ? foreign : throw new CliException(ExitCode.Failed, result.Error!);
        }
    }

    /// <summary>What a pass would do. Changes nothing.</summary>
    /// <exception cref="InvalidPoliciesException">The policies or <c>host.yaml</c> are invalid.</exception>
    public PlanPreview Preview()
    {
        lock (_gate)
        {
            var (set, facts) = ReadPolicies();
            var decision = Decider.Decide(set, facts, adapter.Capabilities, catalog, [.. _stability.Refusals(set)]);
            var observed = adapter.Observe();
            decision = decision with { Desired = decision.Desired with { Pauses = state.Pauses ?? observed.Pauses } };
            decision = UndecidedFeatures.Note(decision, observed);
            decision = decision with { Policies = SysctlDrift.Note(decision, observed) };
            var plan = Planner.Plan(decision.Desired, observed, adapter.ChainObjectDigest);
            return new PlanPreview(set, decision, observed, plan, facts, _stability.Entries)
            {
                NotRead = policies.Last.NotRead,
            };
        }
    }

    /// <summary>Explains open connections by the policies in force. Changes nothing.</summary>
    /// <param name="query">Which.</param>
    /// <param name="named">Whether the caller has named the policies; if not and no pass was made, those that were kept on disk count.</param>
    /// <exception cref="InvalidPoliciesException">The named policies or <c>host.yaml</c> are invalid.</exception>
    public ConnectionsReport Explain(ConnectionQuery query, bool named)
    {
        lock (_gate)
        {
            var found = new FoundConnections(query);
            var remembered = adapter.ReadConnections(found.Take);
            var (set, facts) = named ? ReadPolicies() : KnownPolicies();
            var explainer = set is null || facts is null ? null : Decider.Explain(set, facts, adapter.Capabilities, catalog, [.. _stability.Refusals(set)]);
            var observed = adapter.Observe();
            return found.Explain(set?.Revision, new ConnectionContext(explainer, observed.Chains, observed.Pauses, remembered), adapter.FindCgroupPaths);
        }
    }

    /// <summary>Where the policies of a pass are now, and whether they are still where it found them. Changes nothing.</summary>
    /// <param name="set">The policies.</param>
    /// <param name="cgroups">The cgroups it found.</param>
    public (FoundScopes Found, bool Moved) FindScopes(PolicySet set, ImmutableSortedDictionary<string, ulong> cgroups)
    {
        lock (_gate)
        {
            var found = ScopeFinder.Find(set, adapter.CgroupMount);
            return (found, !found.AreThoseOf(set) || !adapter.FindCgroups(found.Policies.Scopes).SequenceEqual(cgroups));
        }
    }

    /// <summary>The features in quarantine.</summary>
    public ImmutableArray<string> Quarantined
    {
        get
        {
            lock (_gate)
            {
                return [.. _stability.Entries.Select(entry => entry.Feature).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Removes what is ours and belongs to nothing.</summary>
    /// <param name="dryRun">Whether to look only.</param>
    /// <param name="progress">Told a line per action; may be null.</param>
    public ChangeOutcome Collect(bool dryRun, IProgress<string>? progress = null)
    {
        lock (_gate)
        {
            var observed = adapter.Observe();
            var plan = new Plan("",
            [
                .. observed.Orphans.Select(orphan => new RemoveOrphan(orphan.Path, orphan.Reason)),
                .. observed.Sysctls.Where(sysctl => sysctl.Current is null).Select(sysctl => new ForgetSysctl(sysctl.Key, "it is there no longer, or its network namespace is not")),
            ]);
            return dryRun ? ChangeOutcomes.OfOrphans(plan) : ChangeOutcomes.OfOrphans(adapter.Execute(plan, progress));
        }
    }

    /// <summary>Removes everything of ours, from the kernel and from disk. No pass may follow.</summary>
    /// <param name="progress">Told a line per action; may be null.</param>
    public ChangeOutcome Uninstall(IProgress<string>? progress = null)
    {
        lock (_gate)
        {
            var result = adapter.Execute(Planner.Uninstall(adapter.Observe(), adapter.ChainObjectDigest), progress);
            state.Clear();
            return ChangeOutcomes.OfUninstall(result, adapter.Observe(), adapter.FindLostChains());
        }
    }

    /// <summary>Counters, run times and memory.</summary>
    public KernelUsage ReadUsage()
    {
        lock (_gate)
        {
            return adapter.ReadUsage();
        }
    }

    private ReconcileReport Pass(string trigger, DateTimeOffset startedAt, IProgress<string>? progress)
    {
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
            return report with { Observed = adapter.Observe(), Error = "there is no valid policy set yet; the kernel is left as it is" };
        }

        var set = ScopeFinder.Find(UserNumbers.Resolve(read), adapter.CgroupMount).Policies;
        var observed = adapter.Observe();
        var drift = FindDrift(observed);
        _stability.Before(set, drift);
        var (decision, error, done, walks) = Converge(set, _lastFacts, observed, progress);
        observed = adapter.Observe();
        var rest = Planner.Plan(decision.Desired, observed, adapter.ChainObjectDigest);
        error ??= adapter.FindLostChains().FirstOrDefault();
        if (error is null && !rest.IsEmpty)
        {
            error = $"the kernel still differs after all actions were executed; the first: {ActionText.Of(rest.Actions[0])}, {rest.Actions[0].Why}";
        }

        return _settled = report with
        {
            Result = !report.PolicyErrors.IsEmpty ? ReconcileResult.Invalid
                : error is not null ? ReconcileResult.Failed
                : done.IsEmpty ? ReconcileResult.Unchanged
                : ReconcileResult.Changed,
            Converged = rest.IsEmpty,
            Error = error,
            Transient = TransientErrors.IsTransient(error),
            Revision = set.Revision,
            Set = set,
            Files = source.Files,
            KeptSince = source.KeptSince,
            Policies = Verification.Check(decision, observed, adapter.ChainObjectDigest, error),
            Desired = decision.Desired,
            Observed = observed,
            Host = _lastFacts,
            Scopes = [.. set.Scopes],
            Done = done,
            Walks = walks,
            Drift = drift,
        };
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
            state.Keep(set.Revision, report.StartedAt, report.Files, HostLabels.Own(facts.Labels));
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

    /// <summary>What the operator paused. When that is not known, the kernel's pauses are taken over.</summary>
    private ImmutableSortedSet<string> Pauses(ObservedState observed)
    {
        if (state.Pauses is null && !observed.Pauses.IsEmpty)
        {
            state.Keep(observed.Pauses);
        }

        return state.Pauses ?? observed.Pauses;
    }

    /// <summary>The last good set on disk; null when there is none.</summary>
    private PolicySet? KeptSet() => state.Policies is { } kept ? PolicySource.Parse(kept, catalog) : null;

    /// <summary>The facts with the labels that <c>host.yaml</c> had when it was last good; null when that is not known.</summary>
    private HostFacts? KeptFacts(HostFacts facts) => state.Policies is { } kept ? facts with { Labels = facts.Labels.AddRange(kept.Labels) } : null;

    /// <summary>
    /// Executes plans until one is done. A program the kernel refuses is decided without; a scope that cannot be attached is left out,
    /// so that the others go on. Each round adds a refusal or a scope, and there are finitely many of both.
    /// </summary>
    private (Decision Decision, string? Error, ImmutableArray<PlanAction> Done, ImmutableArray<LiveWalkResult> Walks) Converge(PolicySet set, HostFacts facts, ObservedState observed, IProgress<string>? progress)
    {
        var done = ImmutableArray.CreateBuilder<PlanAction>();
        var walks = ImmutableArray.CreateBuilder<LiveWalkResult>();
        var leftOut = new HashSet<string>(StringComparer.Ordinal);
        var refusals = new HashSet<Refusal>(_stability.Refusals(set));
        string? error = null;
        for (ObservedState? known = observed; ; known = null)
        {
            facts = facts with { Cgroups = adapter.FindCgroups(set.Scopes), Sysctls = host.Sysctls(Named(set)), Now = time.GetUtcNow() };
            _lastFacts = facts;
            var decision = Decider.Decide(set, facts, adapter.Capabilities, catalog, refusals);
            known ??= adapter.Observe();
            decision = decision with { Desired = decision.Desired with { Pauses = Pauses(known) } };
            var plan = Planner.Plan(decision.Desired, known, adapter.ChainObjectDigest, leftOut);
            if (plan.IsEmpty)
            {
                return (decision, error, done.ToImmutable(), walks.ToImmutable());
            }

            var result = adapter.Execute(plan, progress);
            done.AddRange(result.Done);
            walks.AddRange(result.Walks);
            if (result.Success)
            {
                return (decision, error, done.ToImmutable(), walks.ToImmutable());
            }

            var refused = refusals.Count;
            foreach (var refusal in result.Refusals.Where(refusals.Add))
            {
                // What may be gone by then is tried again at the next pass.
                if (!TransientErrors.MayPass(refusal.Reason))
                {
                    _stability.Remember(refusal);
                }
            }

            if (refusals.Count == refused)
            {
                error ??= result.Error;
                var scope = result.Failed switch
                {
                    AttachChain attach => attach.Chain.Scope,
                    UpdateChain update => update.Chain.Scope,
                    AttachProgram attach => attach.Attachment.Key.ToString(),
                    UpdateProgram update => update.Attachment.Key.ToString(),
                    SetSysctl setting => setting.Sysctl.Group,
                    RestoreSysctl restore => restore.Key.ToString(),
                    _ => null,
                };
                if (scope is null || !leftOut.Add(scope))
                {
                    return (decision, error, done.ToImmutable(), walks.ToImmutable());
                }
            }
        }
    }
}
