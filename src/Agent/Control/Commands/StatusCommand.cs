using NetEdit.Agent.Daemon;

namespace NetEdit.Agent.Control.Commands;

/// <summary>Says how things are.</summary>
internal sealed class StatusCommand(AgentState state) : IControlCommand
{
    /// <inheritdoc/>
    public string Name => "status";

    /// <inheritdoc/>
    public Task<ControlResponse> AnswerAsync(ControlRequest request, CancellationToken expired) =>
        Task.FromResult(new ControlResponse(state.Status(), null));
}
