using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NetEdit.Adapter;
using NetEdit.Agent.Auditing;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Control;
using NetEdit.Agent.Http;
using NetEdit.Agent.Metrics;
using NetEdit.Agent.Plugins;
using NetEdit.Agent.Policies;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;

namespace NetEdit.Agent.Daemon;

/// <summary>
/// The agent: one loop that waits for something to do and does it. Between causes nothing runs. Tuning comes first: what the agent can do
/// without (<see cref="AgentPart"/>) neither keeps it from starting nor ends it.
/// </summary>
internal sealed class AgentDaemon(AgentOptions options, AgentParts parts, AgentLog log, TimeProvider time)
{
    // A push writes several files at once; this much later they have all arrived.
    private static readonly TimeSpan CoalesceDelay = TimeSpan.FromMilliseconds(2);

    // Whoever asked for an uninstall has this long to take the answer.
    private static readonly TimeSpan UninstallAckTimeout = TimeSpan.FromSeconds(5);

    // A pass ends before its next action. What takes longer (a plugin's code, a name service, a stuck kernel) ends with the process,
    // which is as safe as kill -9 (docs/lifecycle.md).
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(1);

    // Clocks are set: a far end is looked at again after a while.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromHours(1);

    private const string CgroupChanged = "cgroup changed";

    private const string LatePolicies = "changed policies are found at the next look for drift (--interval), not at once";
    private const string LateCgroups = "cgroups that are created or deleted are found at the next look for drift (--interval), not at once";

    private readonly AgentState _state = new(options, parts, log, time);
    private readonly WorkQueue _queue = new();
    private readonly SpareMemory _memory = new();
    private readonly LookBudget _looks = new(time);
    private readonly SystemdNotifier _systemd = SystemdNotifier.FromEnvironment();

    /// <summary>Runs until it is told to stop; the tuning stays in place.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var own = new SideService<AgentLock>(AgentPart.Lock, _state.Problems, "another netedit may change what this agent keeps", () => AgentLock.Take(RuntimePaths.Lock(options.Ledger)));
        own.Start();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            _queue.Wake("SIGHUP");
        });

        _state.RunTimeStatistics = options.RunTimeStatistics && parts.Adapter.EnableRunTimeStatistics();
        using var auditor = new Auditor(_queue, parts.Audits);
        var metrics = new AgentMetrics(parts.Catalog, _state.Snapshot);
        var commands = new ControlCommands(_state, _queue, parts, expired => AuditAsync(auditor, expired), log);
        using var control = new SideService<ControlServer>(
            AgentPart.Control, _state.Problems, "netedit commands cannot ask this agent", () => new ControlServer(options.Socket, commands.AnswerAsync, time));
        using var http = new SideService<StatusServer>(AgentPart.Http, _state.Problems, "metrics and readiness are not served", () => new StatusServer(
            options.Listen!,
            new StatusContent((format, cancel) => ScrapeAsync(metrics, format, cancel), _state.NotReady, _state.Detail),
            new HttpLimits(),
            time));
        using var policyWatcher = new SideService<PathWatcher>(AgentPart.PolicyWatch, _state.Problems, LatePolicies, () => new PathWatcher("netedit-policies", () => _queue.Wake("policies changed")));
        using var cgroupWatcher = new SideService<PathWatcher>(AgentPart.CgroupWatch, _state.Problems, LateCgroups, () => new PathWatcher("netedit-cgroups", () => _queue.Wake(CgroupChanged)));
        await using var end = time.CreateTimer(_ => _queue.Wake("a policy ends"), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await using var nextLook = time.CreateTimer(_ => _queue.Wake(CgroupChanged), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await using var drift = time.CreateTimer(_ => _queue.Wake("interval"), null, options.Interval, options.Interval);

        log.Write(LogLevel.Info, "agent started", ("version", ProductInfo.Version), ("pid", $"{Environment.ProcessId}"), ("ledger", options.Ledger), ("policies", options.Policies), ("http", options.Listen?.ToString() ?? "off"));
        _queue.Wake("start");
        var auditing = options.AuditInterval == TimeSpan.Zero ? Task.CompletedTask : AuditAtIntervalsAsync(auditor, stop.Token);
        var working = Task.CompletedTask;
        var uninstalled = false;
        try
        {
            while (!uninstalled)
            {
                EnsureServices();
                var batch = await _queue.TakeAsync(() => Task.Delay(CoalesceDelay, time, stop.Token), stop.Token);
                var done = Task.Run(() => Do(batch), CancellationToken.None);
                working = done;
                uninstalled = await done.WaitAsync(stop.Token);
            }

            await Task.WhenAny(commands.UninstallAnswered, Task.Delay(UninstallAckTimeout, time, stop.Token));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop.
        }

        await stop.CancelAsync();
        _systemd.Stopping();
        var ended = Task.WhenAll(auditing, working);
        if (await Task.WhenAny(ended, Task.Delay(StopTimeout, CancellationToken.None)) == ended)
        {
            await ended;
            log.Write(LogLevel.Info, uninstalled ? "agent stopped, since it would tune again" : "agent stopped; the tuning stays in place");
            return;
        }

        log.Write(LogLevel.Warning, "agent stopped in the middle of a pass; the tuning stays in place, and the next start goes on from there", ("doing", _state.Status().Pass?.Action ?? "deciding"));
        control.Dispose();
        Environment.Exit(ExitCode.Ok);

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }

        void EnsureServices()
        {
            own.Ensure();
            control.Ensure();
            if (options.Listen is not null)
            {
                http.Ensure();
            }

            policyWatcher.Ensure();
            cgroupWatcher.Ensure();
        }

        bool Do(WorkBatch batch)
        {
            if (batch.Last.Any(work => work.TryDo()))
            {
                return true;
            }

            foreach (var work in batch.Works)
            {
                _ = work.TryDo();
            }

            if (batch.Triggers.Count > 0 && IsCauseOfPass(batch, cgroupWatcher.Running, nextLook))
            {
                Pass(batch, policyWatcher.Running, cgroupWatcher.Running, end, metrics, stop.Token);
            }

            return false;
        }
    }

    /// <summary>Where containers may be, cgroups come and go that are none, and users make as many as they like.</summary>
    private bool IsCauseOfPass(WorkBatch batch, PathWatcher? cgroupWatcher, ITimer nextLook)
    {
        if (!batch.Triggers.SetEquals([CgroupChanged]) || _state.Report is not { } last)
        {
            return true;
        }

        if (!_looks.TryTake(out var wait))
        {
            nextLook.Change(wait, Timeout.InfiniteTimeSpan);
            return false;
        }

        return WatchCgroups(cgroupWatcher, last);
    }

    private void Pass(WorkBatch batch, PathWatcher? policyWatcher, PathWatcher? cgroupWatcher, ITimer end, AgentMetrics metrics, CancellationToken stop)
    {
        if (policyWatcher is not null)
        {
            var unseen = policyWatcher.Watch(WatchList.ForPolicies(options.Policies));
            _state.Problems.Note(AgentPart.PolicyWatch, unseen is null ? null : $"{unseen}; {LatePolicies}");
        }

        var asked = batch.Passes.Where(request => request.TryBegin()).ToList();
        var trigger = string.Join(", ", batch.Triggers);
        ReconcileReport report;
        try
        {
            report = _queue.Pass(token => parts.Passes.Reconcile(trigger, _state.Begin(trigger), token), stop);
        }
        catch (OperationCanceledException)
        {
            // The agent ends, or what interrupted it has expired since: then the pass is made anew.
            _state.End(null);
            asked.ForEach(request => request.Answer(() => throw new CliException(ExitCode.Failed, "the pass was interrupted: the agent is about to end")));
            _queue.Wake(trigger);
            return;
        }

        if (WatchCgroups(cgroupWatcher, report))
        {
            _queue.Wake(CgroupChanged);
        }

        WakeAtEnd(end, report);
        Publish(report, metrics);
        asked.ForEach(request => request.Answer(() => report));
        if (parts.Adapter.RetryDeniedCapabilities())
        {
            _queue.Wake("a right was given");
        }

        if (!report.Done.IsEmpty)
        {
            _memory.Release();
        }
    }

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

    private async Task<AuditReport> AuditAsync(Auditor auditor, CancellationToken expired)
    {
        var audit = await auditor.AuditAsync(named: false, expired);
        ReportLog.Write(log, audit);
        return audit;
    }

    /// <summary>Watches for cgroups that come or go.</summary>
    /// <returns>Whether some of the policies' have since the pass.</returns>
    private bool WatchCgroups(PathWatcher? watcher, ReconcileReport report)
    {
        if (parts.Adapter.CgroupMount is not { } mount || report is not { Set: { } set, Host: { } host })
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

    private bool LookForCgroups(PathWatcher? watcher, string mount, PolicySet set, ImmutableSortedDictionary<string, ulong> cgroups)
    {
        while (true)
        {
            var (found, movedAlready) = parts.Policies.FindScopes(set, cgroups);
            ReportLog.Write(log, found);
            if (watcher is null)
            {
                return movedAlready;
            }

            var unseen = watcher.Watch(WatchList.ForCgroups(
                found.Policies.Scopes.Where(scope => scope != "/").Concat(found.Awaited).Select(scope => mount + scope),
                found.Parents.Select(parent => parent == "/" ? mount : mount + parent)));
            _state.Problems.Note(AgentPart.CgroupWatch, unseen is null ? null : $"{unseen}; {LateCgroups}");

            // What came between the look and the watch is no event.
            var (again, moved) = parts.Policies.FindScopes(set, cgroups);
            if (moved || again.Parents.SequenceEqual(found.Parents))
            {
                return moved;
            }
        }
    }

    /// <summary>Asks for a pass when the next policy ends.</summary>
    private void WakeAtEnd(ITimer timer, ReconcileReport report)
    {
        var now = time.GetUtcNow();
        if (report.Set?.NextEnd(now) is { } next)
        {
            var left = next - now;
            timer.Change(left < LongestTimer ? left : LongestTimer, Timeout.InfiniteTimeSpan);
        }
    }

    private void Publish(ReconcileReport report, AgentMetrics metrics)
    {
        var first = _state.Report is null;
        _state.End(report);
        metrics.Count(report);
        ReportLog.Write(log, report);
        if (!report.Walks.IsEmpty)
        {
            var hidden = report.Walks.Max(walk => walk.Hidden);
            _state.Problems.Note(AgentPart.Namespaces, hidden == 0 ? null
                : $"the network namespaces of {Plural.Count(hidden, "process")} cannot be seen: CAP_SYS_PTRACE is missing, or a security module forbids it; connections that are open there keep what they have");
        }

        foreach (var problem in parts.Catalog.Problems)
        {
            log.WriteOnce($"plugin {problem.Path}", problem.Message, LogLevel.Warning, "plugin problem", ("path", problem.Path), ("reason", problem.Message));
        }

        var summary = report.Revision.Length == 0 ? "no valid policies yet" : $"revision {report.Revision}, {Plural.Count(report.Policies.Length, "policy")}";
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
}
