using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using NetEdit.Adapter;
using NetEdit.Agent.Auditing;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Cli.Verbs;
using NetEdit.Agent.Comparing;
using NetEdit.Agent.Connections;
using NetEdit.Agent.Control;
using NetEdit.Agent.Http;
using NetEdit.Agent.Metrics;
using NetEdit.Agent.Plugins;
using NetEdit.Agent.Policies;
using NetEdit.Agent.Reconciliation;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Daemon;

/// <summary>
/// The agent: one loop that waits for a cause and makes one pass. Between causes nothing runs.
/// </summary>
internal sealed class AgentDaemon(AgentOptions options, BpfAdapter adapter, Reconciler reconciler, FeatureCatalog catalog, AgentLog log, TimeProvider time)
{
    // A push writes several files at once; this much later they have all arrived.
    private static readonly TimeSpan Coalescing = TimeSpan.FromMilliseconds(2);

    // Whoever asked for an uninstall has this long to take the answer.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan FarEnd = TimeSpan.FromHours(1);

    private const string CgroupChanged = "cgroup changed";

    private const string NotReadyYet = "the first reconcile is not done";

    private readonly SpareMemory _memory = new();
    private readonly LookBudget _looks = new(time);
    private readonly Channel<Cause> _causes = Channel.CreateUnbounded<Cause>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SystemdNotifier _systemd = SystemdNotifier.FromEnvironment();
    private readonly AgentInfo _info = new(Environment.ProcessId, ProductInfo.Version, time.GetUtcNow(), Path.GetFullPath(options.Policies));
    private readonly TaskCompletionSource _farewell = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _statistics;
    private volatile ReconcileReport? _report;

    /// <summary>Runs until it is told to stop; the tuning stays in place.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var own = AgentLock.Take(RuntimePaths.Lock(options.Ledger));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            Request("SIGHUP");
        });

        _statistics = options.RunTimeStatistics && adapter.EnableRunTimeStatistics();
        using var auditor = new Auditor(reconciler);
        var metrics = new AgentMetrics(catalog, () => new MetricsSnapshot(Report, ReadUsage(), adapter.Capabilities, _statistics));
        using var control = new ControlServer(options.Socket, (request, stopped) => AnswerAsync(request, auditor, stopped), time);
        using var http = options.Listen is null ? null : new StatusServer(
            options.Listen,
            new StatusContent((format, cancel) => ScrapeAsync(metrics, format, cancel), NotReady, Detail),
            new HttpLimits(),
            time);
        using var policyWatcher = new PathWatcher("netedit-policies", () => Request("policies changed"));
        using var cgroupWatcher = new PathWatcher("netedit-cgroups", () => Request(CgroupChanged));
        await using var end = time.CreateTimer(_ => Request("a policy ends"), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await using var nextLook = time.CreateTimer(_ => Request(CgroupChanged), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await using var drift = time.CreateTimer(_ => Request("interval"), null, options.Interval, options.Interval);

        log.Write(LogLevel.Info, "agent started", ("version", ProductInfo.Version), ("pid", $"{Environment.ProcessId}"), ("ledger", options.Ledger), ("policies", options.Policies), ("http", options.Listen?.ToString() ?? "off"));
        Request("start");
        var auditing = options.AuditInterval == TimeSpan.Zero ? Task.CompletedTask : AuditAtIntervalsAsync(auditor, stop.Token);
        try
        {
            while (await _causes.Reader.WaitToReadAsync(stop.Token))
            {
                await Task.Delay(Coalescing, time, stop.Token);
                var (trigger, waiting, uninstall) = Drain();
                if (uninstall is not null)
                {
                    await UninstallAsync(uninstall);
                    break;
                }

                // Where containers may be, cgroups come and go that are none, and users make as many as they like.
                if (trigger == CgroupChanged && waiting.Count == 0 && _report is { } last)
                {
                    if (!_looks.TryTake(out var wait))
                    {
                        nextLook.Change(wait, Timeout.InfiniteTimeSpan);
                        continue;
                    }

                    if (!WatchCgroups(cgroupWatcher, last))
                    {
                        continue;
                    }
                }

                policyWatcher.Watch(WatchList.ForPolicies(options.Policies));
                var report = reconciler.Reconcile(trigger);
                if (WatchCgroups(cgroupWatcher, report))
                {
                    Request(CgroupChanged);
                }

                WakeAtEnd(end, report);
                Publish(report, metrics);
                waiting.ForEach(request => request.TrySetResult(report));
                if (!report.Done.IsEmpty)
                {
                    _memory.Release();
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop.
        }

        await stop.CancelAsync();
        await auditing;
        _systemd.Stopping();
        log.Write(LogLevel.Info, _farewell.Task.IsCompleted ? "agent stopped, since it would tune again" : "agent stopped; the tuning stays in place");

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    /// <summary>The last pass with the last audit.</summary>
    private ReconcileReport? Report => _report is { } report ? report with { Audit = reconciler.LastAudit } : null;

    private void Request(string trigger) => _causes.Writer.TryWrite(new Cause(trigger, null));

    /// <summary>Makes audits, not those of a whole fleet at once.</summary>
    private async Task AuditAtIntervalsAsync(Auditor auditor, CancellationToken stop)
    {
        const double Jitter = 0.1;
        try
        {
            while (true)
            {
#pragma warning disable CA5394 // Nobody gains by guessing when.
                await Task.Delay(options.AuditInterval * (1 + (Jitter * ((2 * Random.Shared.NextDouble()) - 1))), time, stop);
#pragma warning restore CA5394
                try
                {
                    await AuditAsync(auditor, stop);
                }
                catch (Exception exception) when (exception is CliException or BpfException or IOException or UnauthorizedAccessException)
                {
                    log.WriteOnce("audit", exception.Message, LogLevel.Warning, "no audit could be made", ("reason", exception.Message));
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The agent stops.
        }
    }

    private async Task<AuditReport> AuditAsync(Auditor auditor, CancellationToken stop)
    {
        var audit = await auditor.AuditAsync(named: false, stop);
        ReportLog.Write(log, audit);
        return audit;
    }

    /// <summary>Removes everything, and waits until whoever asked knows.</summary>
    private async Task UninstallAsync(TaskCompletionSource<ChangeOutcome> asked)
    {
        ChangeOutcome outcome;
        try
        {
            outcome = reconciler.Uninstall();
        }
        catch (BpfException exception)
        {
            outcome = new ChangeOutcome(new PlanReport("", [], []), Complete: false, exception.Message);
        }

        foreach (var action in outcome.Report.Actions)
        {
            log.Write(LogLevel.Info, $"{action.Action} {action.Object}", ("target", action.Target), ("why", action.Why));
        }

        log.Write(outcome.Error is null ? LogLevel.Info : LogLevel.Error, "uninstalled on request", ("error", outcome.Error ?? ""));
        asked.TrySetResult(outcome);
        await Task.WhenAny(_farewell.Task, Task.Delay(Farewell, time));
        _farewell.TrySetResult();
    }

    private (string Trigger, List<TaskCompletionSource<ReconcileReport>> Waiting, TaskCompletionSource<ChangeOutcome>? Uninstall) Drain()
    {
        var triggers = new SortedSet<string>(StringComparer.Ordinal);
        var waiting = new List<TaskCompletionSource<ReconcileReport>>();
        TaskCompletionSource<ChangeOutcome>? uninstall = null;
        while (_causes.Reader.TryRead(out var cause))
        {
            triggers.Add(cause.Trigger);
            if (cause.Done is not null)
            {
                waiting.Add(cause.Done);
            }

            uninstall ??= cause.Uninstall;
        }

        return (string.Join(", ", triggers), waiting, uninstall);
    }

    /// <summary>Watches for cgroups that come or go.</summary>
    /// <returns>Whether some of the policies' have since the pass.</returns>
    private bool WatchCgroups(PathWatcher watcher, ReconcileReport report)
    {
        if (adapter.CgroupMount is not { } mount || report is not { Set: { } set, Host: { } host })
        {
            return false;
        }

        try
        {
            return LookForCgroups(watcher, mount, set, host.Cgroups);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or BpfException)
        {
            log.WriteOnce("cgroups", exception.Message, LogLevel.Warning, "the cgroups cannot be watched; those that come are found at the next pass", ("reason", exception.Message));
            return false;
        }
    }

    private bool LookForCgroups(PathWatcher watcher, string mount, PolicySet set, ImmutableSortedDictionary<string, ulong> cgroups)
    {
        while (true)
        {
            var (found, _) = reconciler.FindScopes(set, cgroups);
            ReportLog.Write(log, found);
            watcher.Watch(WatchList.ForCgroups(
                found.Policies.Scopes.Where(scope => scope != "/").Concat(found.Awaited).Select(scope => mount + scope),
                found.Parents.Select(parent => parent == "/" ? mount : mount + parent)));

            // What came between the look and the watch is no event.
            var (again, moved) = reconciler.FindScopes(set, cgroups);
            if (moved || again.Parents.SequenceEqual(found.Parents))
            {
                return moved;
            }
        }
    }

    /// <summary>Asks for a pass when the next policy ends. Clocks are set: a far end is looked at again after a while.</summary>
    private void WakeAtEnd(ITimer timer, ReconcileReport report)
    {
        var now = time.GetUtcNow();
        if (report.Set?.NextEnd(now) is { } next)
        {
            var left = next - now;
            timer.Change(left < FarEnd ? left : FarEnd, Timeout.InfiniteTimeSpan);
        }
    }

    private void Publish(ReconcileReport report, AgentMetrics metrics)
    {
        var first = _report is null;
        _report = report;
        metrics.Count(report);
        ReportLog.Write(log, report);
        foreach (var problem in catalog.Problems)
        {
            log.WriteOnce($"plugin {problem.Path}", problem.Message, LogLevel.Warning, "plugin problem", ("path", problem.Path), ("reason", problem.Message));
        }

        var summary = report.Revision.Length == 0 ? "no valid policies yet" : $"revision {report.Revision}, {ErrorText.Count(report.Policies.Length, "policy")}";
        if (first)
        {
            _systemd.Ready(summary);
        }
        else
        {
            _systemd.Status(summary);
        }
    }

    private async Task<ReadOnlyMemory<byte>> ScrapeAsync(AgentMetrics metrics, MetricsFormat format, CancellationToken cancel)
    {
        var text = await metrics.ScrapeAsync(format, cancel);
        _memory.ReleaseIfWorthwhile();
        return text;
    }

    private KernelUsage? ReadUsage()
    {
        try
        {
            return reconciler.ReadUsage();
        }
        catch (BpfException exception)
        {
            log.WriteOnce("usage", exception.Message, LogLevel.Warning, "the kernel's counters cannot be read", ("reason", exception.Message));
            return null;
        }
    }

    private string? NotReady() => _report switch
    {
        null => NotReadyYet,
        { Revision.Length: 0 } report => report.PolicyErrors.IsEmpty ? report.Error ?? "no policies yet" : $"there are no valid policies: {ErrorText.Summary(report.PolicyErrors)}, the first: {report.PolicyErrors[0]}",
        _ => null,
    };

    private string Detail()
    {
        if (_report is not { } report)
        {
            return "";
        }

        var text = $"revision {report.Revision}\n";
        if (report.KeptSince is { } kept)
        {
            text += $"the policies come from disk, kept {Render.Time(kept)}\n";
        }

        if (!report.PolicyErrors.IsEmpty)
        {
            text += $"the newest policies are invalid, the last good ones are kept: {ErrorText.Summary(report.PolicyErrors)}, the first: {report.PolicyErrors[0]}\n";
        }

        return report.Error is null ? text : text + $"the last pass failed: {report.Error}\n";
    }

    private async Task<ControlResponse> AnswerAsync(ControlRequest request, Auditor auditor, CancellationToken stop)
    {
        try
        {
            switch (request.Command)
            {
                case "explain" when request.Names is [var policy, ..] && _report is { } report:
                    return Status() with { Uses = PolicyUses.Of(policy, report.Desired, ReadUsage()?.Counters ?? []) };
                case "status" or "explain":
                    return Status();
                case "connections":
                    return _report is null ? Refuse(NotReadyYet) : new ControlResponse(null, null) { Connections = reconciler.Explain(ConnectionQuery.Of(request), named: false) };
                case "audit":
                    return _report is null ? Refuse(NotReadyYet) : new ControlResponse(null, null) { Audit = await AuditAsync(auditor, stop) };
                case "reconcile":
                    await PassAsync("requested", stop);
                    return Status();
                case "apply":
                    return !IsOwn(request.Policies)
                        ? Refuse($"the agent (pid {_info.Pid}) keeps this host to {_info.Policies} and would undo other policies; change those there, or stop it first, or use another --ledger")
                        : new ControlResponse(null, null) { Change = ChangeOutcomes.Of(await PassAsync("apply", stop)) };
                case "gc":
                    var collected = reconciler.Collect(request.DryRun);
                    if (!request.DryRun)
                    {
                        await PassAsync("gc", stop);
                    }

                    return new ControlResponse(null, null) { Change = collected };
                case "pause" or "resume":
                    var pauses = reconciler.SetPauses(request.Names ?? [], string.Equals(request.Command, "pause", StringComparison.Ordinal));
                    await PassAsync(request.Command, stop);
                    return new ControlResponse(null, null) { Pause = pauses };
                case "retry":
                    var released = RetryVerb.Release(reconciler, request.Names is [var feature, ..] ? feature : null);
                    foreach (var entry in released.Released)
                    {
                        log.Write(LogLevel.Info, "out of quarantine on request", ("feature", entry.Feature), ("variant", entry.Variant));
                    }

                    await PassAsync("retry", stop);
                    return new ControlResponse(null, null) { Retry = released };
                case "compare":
                    return _report is { } known && request.Names is [var compared, ..]
                        ? new ControlResponse(null, null) { Compare = CompareReport.Of(compared, known.Policies.Select(decision => decision.Policy), known.Desired, () => reconciler.ReadUsage().Measures) }
                        : Refuse(request.Names is [_, ..] ? "the first reconcile is not done" : "name a policy to compare");
                case "uninstall":
                    var done = new TaskCompletionSource<ChangeOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
                    _causes.Writer.TryWrite(new Cause("uninstall", null, done));
                    return new ControlResponse(null, null) { Change = await done.Task.WaitAsync(stop), WhenSent = () => _farewell.TrySetResult() };
                default:
                    return Refuse($"there is no command '{request.Command}'; there are status, explain, connections, reconcile, apply, gc, pause, resume, retry, compare, audit and uninstall");
            }
        }
        catch (Exception exception) when (exception is CliException or BpfException)
        {
            return Refuse(exception.Message);
        }
    }

    private ControlResponse Status() => Report is { } report
        ? new ControlResponse(StatusReports.FromAgent(options.Ledger, _info, report, catalog.Problems), null)
        : Refuse(NotReadyYet);

    private static ControlResponse Refuse(string why) => new(null, why);

    private bool IsOwn(string? policies) => policies is not null && string.Equals(Path.TrimEndingDirectorySeparator(policies), Path.TrimEndingDirectorySeparator(_info.Policies), StringComparison.Ordinal);

    /// <summary>Waits for a pass.</summary>
    private async Task<ReconcileReport> PassAsync(string trigger, CancellationToken stop)
    {
        var done = new TaskCompletionSource<ReconcileReport>(TaskCreationOptions.RunContinuationsAsynchronously);
        _causes.Writer.TryWrite(new Cause(trigger, done));
        return await done.Task.WaitAsync(stop);
    }

    private sealed record Cause(string Trigger, TaskCompletionSource<ReconcileReport>? Done, TaskCompletionSource<ChangeOutcome>? Uninstall = null);
}
