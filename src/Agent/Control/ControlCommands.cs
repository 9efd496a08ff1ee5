using NetEdit.Adapter;
using NetEdit.Agent.Auditing;
using NetEdit.Agent.Cli.Verbs;
using NetEdit.Agent.Comparing;
using NetEdit.Agent.Connections;
using NetEdit.Agent.Daemon;
using NetEdit.Agent.Reconciliation;

namespace NetEdit.Agent.Control;

/// <summary>Answers what is asked on an agent's control socket.</summary>
internal sealed class ControlCommands(AgentState state, WorkQueue queue, Func<CancellationToken, Task<AuditReport>> audit, AgentLog log)
{
    private readonly TaskCompletionSource _uninstallAnswered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when whoever asked for an uninstall has its outcome.</summary>
    public Task UninstallAnswered => _uninstallAnswered.Task;

    /// <summary>Answers a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="stop">Ends the waiting for an answer.</param>
    public async Task<ControlResponse> AnswerAsync(ControlRequest request, CancellationToken stop)
    {
        var left = request.Expires is { } expires ? TimeSpan.FromMilliseconds(expires - Environment.TickCount64) : Timeout.InfiniteTimeSpan;
        if (left < TimeSpan.Zero && left != Timeout.InfiniteTimeSpan)
        {
            return Refuse("the request had expired when the agent came to it; it was dropped and nothing was done for it");
        }

        using var expired = CancellationTokenSource.CreateLinkedTokenSource(stop);
        expired.CancelAfter(left);
        try
        {
            return await AnswerInTimeAsync(request, expired.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return Refuse("the agent had begun, and was not done when the request expired; it goes on: see netedit status");
        }
        catch (Exception exception) when (exception is CliException or BpfException)
        {
            return Refuse(exception.Message);
        }
    }

    private async Task<ControlResponse> AnswerInTimeAsync(ControlRequest request, CancellationToken expired)
    {
        switch (request.Command)
        {
            case "explain" when request.Names is [var policy, ..] && state.Report is { } report:
                return Status() with { Uses = PolicyUses.Of(policy, report.Desired, state.ReadUsage()?.Counters ?? []) };
            case "status" or "explain":
                return Status();
            case "connections":
                return state.Report is null ? Refuse(AgentState.NotReadyYet) : new ControlResponse(null, null)
                {
                    Connections = await queue.AskAsync(reconciler => reconciler.Explain(ConnectionQuery.Of(request), named: false), expired),
                };
            case "audit":
                return state.Report is null ? Refuse(AgentState.NotReadyYet) : new ControlResponse(null, null) { Audit = await audit(expired) };
            case "pauses-changed":
                queue.Wake("what is paused changed");
                return new ControlResponse(null, null);
            case "reconcile":
                _ = await queue.PassAsync("requested", expired);
                return Status();
            case "apply":
                return !IsOwn(request.Policies)
                    ? Refuse($"the agent (pid {state.Info.Pid}) keeps this host to {state.Info.Policies} and would undo other policies; change those there, or stop it first, or use another --ledger")
                    : new ControlResponse(null, null) { Change = ChangeOutcomes.Of(await queue.PassAsync("apply", expired)) };
            case "gc":
                var collected = await queue.AskAsync(reconciler => reconciler.Collect(request.DryRun), expired);
                if (!request.DryRun)
                {
                    _ = await queue.PassAsync("gc", expired);
                }

                return new ControlResponse(null, null) { Change = collected };
            case "retry":
                return new ControlResponse(null, null) { Retry = await RetryAsync(request.Names is [var feature, ..] ? feature : null, expired) };
            case "compare":
                return state.Report is { } known && request.Names is [var compared, ..]
                    ? new ControlResponse(null, null) { Compare = CompareReport.Of(compared, known.Policies.Select(decision => decision.Policy), known.Desired, () => state.ReadUsage()?.Measures ?? []) }
                    : Refuse(request.Names is [_, ..] ? AgentState.NotReadyYet : "name a policy to compare");
            case "uninstall":
                return new ControlResponse(null, null) { Change = await queue.AskLastAsync(Uninstall, expired), WhenSent = () => _uninstallAnswered.TrySetResult() };
            default:
                return Refuse($"there is no command '{request.Command}'; the commands are status, explain, connections, reconcile, apply, gc, pauses-changed, retry, compare, audit and uninstall");
        }
    }

    private async Task<RetryReport> RetryAsync(string? feature, CancellationToken expired)
    {
        var released = await queue.AskAsync(reconciler => RetryVerb.Release(reconciler, feature), expired);
        foreach (var entry in released.Released)
        {
            log.Write(LogLevel.Info, "out of quarantine on request", ("feature", entry.Feature), ("variant", entry.Variant));
        }

        _ = await queue.PassAsync("retry", expired);
        return released;
    }

    private ChangeOutcome Uninstall(Reconciler reconciler)
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
        return outcome;
    }

    private ControlResponse Status() => new(state.Status(), null);

    private static ControlResponse Refuse(string why) => new(null, why);

    private bool IsOwn(string? policies) => policies is not null && string.Equals(Path.TrimEndingDirectorySeparator(policies), Path.TrimEndingDirectorySeparator(state.Info.Policies), StringComparison.Ordinal);
}
