using NetEdit.Agent.Daemon;
using NetEdit.Agent.Reconciliation;

namespace NetEdit.Agent.Control.Commands;

/// <summary>Removes what is ours and belongs to nothing.</summary>
internal sealed class GcCommand(WorkQueue queue, Removal removal) : IControlCommand
{
    /// <inheritdoc/>
    public string Name => "gc";

    /// <inheritdoc/>
    public async Task<ControlResponse> AnswerAsync(ControlRequest request, CancellationToken expired)
    {
        var collected = await queue.AskAsync(() => removal.Collect(request.DryRun), expired);
        if (!request.DryRun)
        {
            _ = await queue.PassAsync(PassTrigger.Gc, expired);
        }

        return new ControlResponse(null, null) { Change = collected };
    }
}
