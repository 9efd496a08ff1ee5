using System.Collections.Immutable;
using NetEdit.Adapter;
using NetEdit.Agent.Host;
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
internal sealed class Reconciler(BpfAdapter adapter, IFeatureCatalog catalog, PolicySource policies, HostFactsReader host, TimeProvider time)
{
    private readonly Lock _gate = new();

    // Programs the kernel refused. Program and kernel do not change while this process lives, so neither does the verdict.
    private readonly List<Refusal> _refusals = [];
    private HostFacts? _lastFacts;
    private ReconcileReport? _last;

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
            }
#pragma warning disable CA1031 // A pass also runs code of plugins, which may throw anything; the next pass must come all the same.
            catch (Exception exception) when (exception is not BpfException { MissingPrivilege: not null })
#pragma warning restore CA1031
            {
                // What was known of the policies stays known.
                _last = (_last ?? new ReconcileReport { Trigger = trigger, StartedAt = startedAt, Result = ReconcileResult.Failed }) with
                {
                    Trigger = trigger,
                    StartedAt = startedAt,
                    Result = ReconcileResult.Failed,
                    Converged = false,
                    Error = exception is IOException or BpfException ? exception.Message : $"{exception.GetType().Name}: {exception.Message}",
                    Done = [],
                };
            }

            return _last = _last with { Duration = time.GetElapsedTime(started) };
        }
    }

    /// <summary>What a pass would do. Changes nothing.</summary>
    /// <exception cref="InvalidPoliciesException">The policies or <c>host.yaml</c> are invalid.</exception>
    public PlanPreview Preview()
    {
        lock (_gate)
        {
            var source = policies.Read();
            var (facts, hostErrors) = host.Read();
            if (source.Set is null || !source.Errors.IsEmpty || !hostErrors.IsEmpty)
            {
                throw new InvalidPoliciesException([.. source.Errors, .. hostErrors]);
            }

            facts = facts with { Cgroups = adapter.FindCgroups(source.Set.Scopes) };
            var decision = Decider.Decide(source.Set, facts, adapter.Capabilities, catalog, _refusals);
            var observed = adapter.Observe();
            decision = decision with { Desired = decision.Desired with { Pauses = observed.Pauses } };
            return new PlanPreview(source.Set, decision, observed, Planner.Plan(decision.Desired, observed, adapter.ChainObjectDigest), facts);
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
        var source = policies.Read();
        var (facts, hostErrors) = host.Read();
        _lastFacts = hostErrors.IsEmpty ? facts : _lastFacts;
        var report = new ReconcileReport
        {
            Trigger = trigger,
            StartedAt = startedAt,
            Result = ReconcileResult.Invalid,
            PolicyErrors = [.. source.Errors, .. hostErrors],
            BeingWritten = source.BeingWritten,
        };
        if (source.Set is not { } set || _lastFacts is null)
        {
            return report with { Observed = adapter.Observe(), Error = "there is no valid policy set yet; the kernel is left as it is" };
        }

        var (decision, error, done) = Converge(set, _lastFacts, progress);
        var observed = adapter.Observe();
        var rest = Planner.Plan(decision.Desired, observed, adapter.ChainObjectDigest);
        if (error is null && !rest.IsEmpty)
        {
            error = $"the kernel still differs after all actions were executed; the first: {ActionText.Of(rest.Actions[0])}, {rest.Actions[0].Why}";
        }

        return report with
        {
            Result = !report.PolicyErrors.IsEmpty ? ReconcileResult.Invalid
                : error is not null ? ReconcileResult.Failed
                : done.IsEmpty ? ReconcileResult.Unchanged
                : ReconcileResult.Changed,
            Converged = rest.IsEmpty,
            Error = error,
            Transient = TransientErrors.IsTransient(error),
            Revision = set.Revision,
            Policies = Verification.Check(decision, observed, adapter.ChainObjectDigest, error),
            Desired = decision.Desired,
            Observed = observed,
            Host = _lastFacts,
            Scopes = [.. set.Scopes],
            Done = done,
        };
    }

    /// <summary>
    /// Executes plans until one is done. A program the kernel refuses is decided without; a scope that cannot be attached is left out,
    /// so that the others go on. Each round adds a refusal or a scope, and there are finitely many of both.
    /// </summary>
    private (Decision Decision, string? Error, ImmutableArray<PlanAction> Done) Converge(PolicySet set, HostFacts facts, IProgress<string>? progress)
    {
        var done = ImmutableArray.CreateBuilder<PlanAction>();
        var leftOut = new HashSet<string>(StringComparer.Ordinal);
        var refusals = new HashSet<Refusal>(_refusals);
        string? error = null;
        while (true)
        {
            facts = facts with { Cgroups = adapter.FindCgroups(set.Scopes) };
            _lastFacts = facts;
            var decision = Decider.Decide(set, facts, adapter.Capabilities, catalog, refusals);
            var observed = adapter.Observe();
            decision = decision with { Desired = decision.Desired with { Pauses = observed.Pauses } };
            var plan = Planner.Plan(decision.Desired, observed, adapter.ChainObjectDigest, leftOut);
            if (plan.IsEmpty)
            {
                return (decision, error, done.ToImmutable());
            }

            var result = adapter.Execute(plan, progress);
            done.AddRange(result.Done);
            if (result.Success)
            {
                return (decision, error, done.ToImmutable());
            }

            var refused = refusals.Count;
            foreach (var refusal in result.Refusals.Where(refusals.Add))
            {
                // What may be gone by then is tried again at the next pass.
                if (!TransientErrors.MayPass(refusal.Reason))
                {
                    _refusals.Add(refusal);
                }
            }

            if (refusals.Count == refused)
            {
                error ??= result.Error;
                var scope = result.Failed switch { AttachChain attach => attach.Chain.Scope, UpdateChain update => update.Chain.Scope, _ => null };
                if (scope is null || !leftOut.Add(scope))
                {
                    return (decision, error, done.ToImmutable());
                }
            }
        }
    }
}
