using NetEdit.Agent.Daemon;

namespace NetEdit.Agent.Control.Commands;

/// <summary>Says why each policy is in force or not, and of a named one where it is in use.</summary>
internal sealed class ExplainCommand(AgentState state) : IControlCommand
{
    /// <inheritdoc/>
    public string Name => "explain";

    /// <inheritdoc/>
    public Task<ControlResponse> AnswerAsync(ControlRequest request, CancellationToken expired)
    {
        var response = new ControlResponse(state.Status(), null);
        return Task.FromResult(
            request.Names is [var policy, ..] && state.Report is { } report
                ? response with
                {
                    Uses = PolicyUses.Of(policy, report.Desired, state.ReadUsage()?.Counters ?? []),
                }
                : response
        );
    }
}
