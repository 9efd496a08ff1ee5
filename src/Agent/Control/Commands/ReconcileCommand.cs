using NetEdit.Agent.Daemon;

namespace NetEdit.Agent.Control.Commands;

/// <summary>Makes a pass.</summary>
internal sealed class ReconcileCommand(AgentState state, WorkQueue queue) : IControlCommand
{
    /// <inheritdoc/>
    public string Name => "reconcile";

    /// <inheritdoc/>
    public async Task<ControlResponse> AnswerAsync(ControlRequest request, CancellationToken expired)
    {
        _ = await queue.PassAsync(PassTrigger.Requested, expired);
        return new ControlResponse(state.Status(), null);
    }
}
