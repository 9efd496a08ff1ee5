using NetEdit.Agent.Auditing;
using NetEdit.Agent.Daemon;

namespace NetEdit.Agent.Control.Commands;

/// <summary>Compares connections with what the policies give them.</summary>
internal sealed class AuditCommand(AgentState state, Func<CancellationToken, Task<AuditReport>> audit) : IControlCommand
{
    /// <inheritdoc/>
    public string Name => "audit";

    /// <inheritdoc/>
    public async Task<ControlResponse> AnswerAsync(ControlRequest request, CancellationToken expired) =>
        state.Report is null
            ? ControlResponse.Refuse(AgentState.NotReadyYet)
            : new ControlResponse(null, null) { Audit = await audit(expired) };
}
