using NetEdit.Agent.Daemon;
using NetEdit.Agent.Reconciliation;

namespace NetEdit.Agent.Control.Commands;

/// <summary>Lets be tried again what was given up, and makes a pass.</summary>
internal sealed class RetryCommand(WorkQueue queue, Retries retries, AgentLog log) : IControlCommand
{
    /// <inheritdoc/>
    public string Name => "retry";

    /// <inheritdoc/>
    public async Task<ControlResponse> AnswerAsync(ControlRequest request, CancellationToken expired)
    {
        var released = await queue.AskAsync(
            () => retries.Release(request.Names is [var feature, ..] ? feature : null),
            expired
        );
        foreach (var entry in released.Released)
        {
            log.Write(
                LogLevel.Info,
                "out of quarantine on request",
                ("feature", entry.Feature),
                ("variant", entry.Variant)
            );
        }

        _ = await queue.PassAsync(PassTrigger.Retry, expired);
        return new ControlResponse(null, null) { Retry = released };
    }
}
