using NetEdit.Agent.Daemon;
using NetEdit.Agent.Reconciliation;

namespace NetEdit.Agent.Control.Commands;

/// <summary>Makes a pass with the agent's own policies.</summary>
internal sealed class ApplyCommand(AgentState state, WorkQueue queue, HostPolicies policies) : IControlCommand
{
    /// <inheritdoc/>
    public string Name => "apply";

    /// <inheritdoc/>
    public async Task<ControlResponse> AnswerAsync(ControlRequest request, CancellationToken expired)
    {
        if (!IsOwn(request.Policies))
        {
            return ControlResponse.Refuse(
                $"the agent (pid {state.Info.Pid}) keeps this host to {state.Info.Policies} and would undo "
                    + $"other policies; change those there, or stop it first, or use another --ledger"
            );
        }

        if (request.AllowEmpty)
        {
            policies.AcceptEmpty();
        }

        return new ControlResponse(null, null)
        {
            Change = ChangeOutcomes.Of(await queue.PassAsync(PassTrigger.Apply, expired)),
        };
    }

    private bool IsOwn(string? policies) =>
        policies is not null
        && string.Equals(
            Path.TrimEndingDirectorySeparator(policies),
            Path.TrimEndingDirectorySeparator(state.Info.Policies),
            StringComparison.Ordinal
        );
}
