using NetEdit.Agent.Connections;
using NetEdit.Agent.Daemon;
using NetEdit.Agent.Reconciliation;

namespace NetEdit.Agent.Control.Commands;

/// <summary>Explains open connections.</summary>
internal sealed class ConnectionsCommand(AgentState state, WorkQueue queue, ConnectionExplanations explanations)
    : IControlCommand
{
    /// <inheritdoc/>
    public string Name => "connections";

    /// <inheritdoc/>
    public async Task<ControlResponse> AnswerAsync(ControlRequest request, CancellationToken expired) =>
        state.Report is null
            ? ControlResponse.Refuse(AgentState.NotReadyYet)
            : new ControlResponse(null, null)
            {
                Connections = await queue.AskAsync(
                    () => explanations.Explain(ConnectionQuery.Of(request), named: false),
                    expired
                ),
            };
}
