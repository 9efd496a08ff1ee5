using NetEdit.Agent.Daemon;
using NetEdit.Agent.Metrics;

namespace NetEdit.Agent.Control.Commands;

/// <summary>Says what is counted of connections. Waits for no pass.</summary>
internal sealed class CountersCommand(AgentState state, AgentMetrics metrics) : IControlCommand
{
    /// <inheritdoc/>
    public string Name => "counters";

    /// <inheritdoc/>
    public Task<ControlResponse> AnswerAsync(ControlRequest request, CancellationToken expired) =>
        Task.FromResult(
            state.Report is not { } report ? ControlResponse.Refuse(AgentState.NotReadyYet)
            : state.ReadCounters() is not { } usage
                ? ControlResponse.Refuse("the kernel's counters cannot be read at this moment")
            : new ControlResponse(null, null) { Counters = metrics.CountConnections(usage, report) }
        );
}
