using System.Runtime.InteropServices;
using NetEdit.Agent.Control;
using NetEdit.Agent.Events;
using NetEdit.Agent.Host;
using NetEdit.Agent.Http;
using NetEdit.Agent.Metrics;
using NetEdit.Agent.Reconciliation;

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

    private readonly AgentState _state = new(options, parts, log, time);
    private readonly WorkQueue _queue = new();
    private readonly SpareMemory _memory = new();
    private readonly SystemdNotifier _systemd = SystemdNotifier.FromEnvironment();

    /// <summary>Runs until it is told to stop; the tuning stays in place.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var own = new SideService<AgentLock>(
            AgentPart.Lock,
            _state.Problems,
            "another netedit may change what this agent keeps",
            () => AgentLock.Take(RuntimePaths.Lock(options.Ledger))
        );
        own.Start();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var hangUp = PosixSignalRegistration.Create(
            PosixSignal.SIGHUP,
            context =>
            {
                context.Cancel = true;
                _queue.Wake(PassTrigger.HangUp);
            }
        );

        _state.RunTimeStatistics = options.RunTimeStatistics && parts.Adapter.EnableRunTimeStatistics();
        using var audits = new PeriodicAudits(_queue, parts.Audits, log, time);
        var metrics = new AgentMetrics(parts.Catalog, _state.Snapshot, new ContainerStarts(CgroupCreatedAt));
        parts.Passes.LastCounts = metrics.Add;
        var publisher = new ReportPublisher(_state, metrics, parts.Catalog, log, parts.Events, _systemd);
        var commands = new ControlCommands(_state, _queue, parts, audits.AuditAsync, metrics, log);
        using var control = new SideService<ControlServer>(
            AgentPart.Control,
            _state.Problems,
            "netedit commands cannot ask this agent",
            () => new ControlServer(options.Socket, commands.AnswerAsync, time, _memory.ReleaseIfWorthwhile)
        );
        using var http = new SideService<StatusServer>(
            AgentPart.Http,
            _state.Problems,
            "metrics and readiness are not served",
            () =>
                new StatusServer(
                    options.Listen!,
                    new StatusContent(
                        (format, cancel) => ScrapeAsync(metrics, format, cancel),
                        _state.NotReady,
                        _state.Detail
                    ),
                    new HttpLimits(),
                    time
                )
        );
        using var policyTriggers = new PolicyTriggers(parts.Policies, _state.Problems, _queue, time);
        using var cgroupTriggers = new CgroupTriggers(parts, _state.Problems, log, _queue, time);
        await using var drift = time.CreateTimer(
            _ => _queue.Wake(PassTrigger.Interval),
            null,
            options.Interval,
            options.Interval
        );

        using var watchdog = new LoopWatchdog(_queue, _systemd, time);

        var start = new AgentEvent(
            EventKind.Agent,
            "",
            LogLevel.Info,
            "agent started",
            ("version", ProductInfo.Version),
            ("pid", $"{Environment.ProcessId}"),
            ("ledger", options.Ledger),
            ("policies", options.Policies),
            ("http", options.Listen?.ToString() ?? "off")
        );
        log.Write(start);
        parts.Events.Record(start);
        _queue.Wake(PassTrigger.Start);
        var auditing = audits.RunAsync(options.AuditInterval, stop.Token);
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
            if (uninstalled)
            {
                log.Write(LogLevel.Info, "agent stopped, since it would tune again");
                return;
            }

            await StopAsync(LogLevel.Info, "agent stopped; the tuning stays in place");
            return;
        }

        await StopAsync(
            LogLevel.Warning,
            "agent stopped in the middle of a pass; the tuning stays in place, and the next start goes on from there",
            ("doing", _state.Status().Pass?.Action ?? "deciding")
        );
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

            policyTriggers.Ensure();
            cgroupTriggers.Ensure();
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

            if (
                batch.Triggers.Count > 0
                && cgroupTriggers.AreWorthAPass(batch.Triggers, _state.Report)
                && Pass(batch, policyTriggers, stop.Token) is { } report
            )
            {
                _state.Problems.Note(AgentPart.Policies, report.Emptied);
                cgroupTriggers.WatchAfter(report);
                policyTriggers.Schedule(report);
                publisher.Publish(report, batch.Triggers);
                batch.Passes.ForEach(request => request.Answer(() => report));
                AfterPass(report);
            }

            return false;
        }
    }

    /// <summary>Makes a pass; null when it was interrupted.</summary>
    private ReconcileReport? Pass(WorkBatch batch, PolicyTriggers policies, CancellationToken stop)
    {
        policies.Watch();
        batch.Passes.RemoveAll(request => !request.TryBegin());
        var trigger = string.Join(", ", batch.Triggers);
        try
        {
            return _queue.Pass(token => parts.Passes.Reconcile(trigger, _state.Begin(trigger), token), stop);
        }
        catch (OperationCanceledException)
        {
            // The agent ends, or what interrupted it has expired since: then the pass is made anew.
            _state.End(null);
            batch.Passes.ForEach(request =>
                request.Answer(() =>
                    throw new CliException(ExitCode.Failed, "the pass was interrupted: the agent is about to end")
                )
            );
            foreach (var cause in batch.Triggers)
            {
                _queue.Wake(cause);
            }

            return null;
        }
    }

    /// <summary>Says that the agent stops. A disk that hangs does not keep it from stopping.</summary>
    private async Task StopAsync(LogLevel level, string what, params (string, string)[] details)
    {
        var stop = new AgentEvent(EventKind.Agent, "", level, what, details);
        log.Write(stop);
        await Task.WhenAny(
            Task.Run(() => parts.Events.Record(stop), CancellationToken.None),
            Task.Delay(StopTimeout, CancellationToken.None)
        );
    }

    private DateTimeOffset? CgroupCreatedAt(string path, ulong id) =>
        parts.Adapter.CgroupMount is { } mount ? CgroupTimes.CreatedAt(mount + path, id) : null;

    private void AfterPass(ReconcileReport report)
    {
        if (parts.Adapter.RetryDeniedCapabilities())
        {
            _queue.Wake(PassTrigger.RightGiven);
        }

        if (!report.Done.IsEmpty)
        {
            _memory.Release();
        }
    }

    private async Task<ReadOnlyMemory<byte>> ScrapeAsync(
        AgentMetrics metrics,
        MetricsFormat format,
        CancellationToken cancel
    )
    {
        var text = await metrics.ScrapeAsync(format, cancel);
        _memory.ReleaseIfWorthwhile();
        return text;
    }
}
