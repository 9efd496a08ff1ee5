using NetEdit.Agent.Comparing;
using NetEdit.Agent.Daemon;

namespace NetEdit.Agent.Control.Commands;

/// <summary>Compares the two arms of a policy that is for a share of the connections.</summary>
internal sealed class CompareCommand(AgentState state) : IControlCommand
{
    /// <inheritdoc/>
    public string Name => "compare";

    /// <inheritdoc/>
    public Task<ControlResponse> AnswerAsync(ControlRequest request, CancellationToken expired) =>
        Task.FromResult(
            request.Names is not [var compared, ..] ? ControlResponse.Refuse("name a policy to compare")
            : state.Report is not { } known ? ControlResponse.Refuse(AgentState.NotReadyYet)
            : new ControlResponse(null, null)
            {
                Compare = CompareReport.Of(
                    compared,
                    known.Policies.Select(decision => decision.Policy),
                    known.Desired,
                    () => state.ReadUsage()?.Measures ?? []
                ),
            }
        );
}
