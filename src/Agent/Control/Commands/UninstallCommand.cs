using NetEdit.Adapter;
using NetEdit.Agent.Daemon;
using NetEdit.Agent.Events;
using NetEdit.Agent.Reconciliation;

namespace NetEdit.Agent.Control.Commands;

/// <summary>Removes everything of ours; then the agent ends.</summary>
internal sealed class UninstallCommand(WorkQueue queue, Removal removal, EventRecorder events, AgentLog log)
    : IControlCommand
{
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when whoever asked has the outcome.</summary>
    public Task Answered => _answered.Task;

    /// <inheritdoc/>
    public string Name => "uninstall";

    /// <inheritdoc/>
    public async Task<ControlResponse> AnswerAsync(ControlRequest request, CancellationToken expired) =>
        new(null, null)
        {
            Change = await queue.AskLastAsync(Uninstall, expired),
            WhenSent = () => _answered.TrySetResult(),
        };

    private ChangeOutcome Uninstall()
    {
        ChangeOutcome outcome;
        try
        {
            outcome = removal.Uninstall();
        }
        catch (BpfException exception)
        {
            outcome = new ChangeOutcome(new PlanReport("", [], []), Complete: false, exception.Message);
        }

        foreach (var action in outcome.Report.Actions)
        {
            log.Write(
                LogLevel.Info,
                $"{action.Action} {action.Object}",
                ("target", action.Target),
                ("why", action.Why)
            );
        }

        events.RecordFailure(outcome);
        log.Write(
            outcome.Error is null ? LogLevel.Info : LogLevel.Error,
            "uninstalled on request",
            ("error", outcome.Error ?? "")
        );
        return outcome;
    }
}
