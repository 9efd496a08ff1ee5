using System.Text;
using NetEdit.Agent.Metrics;

namespace NetEdit.Agent.Control.Commands;

/// <summary>Writes the metrics, also where no HTTP is served.</summary>
internal sealed class MetricsCommand(AgentMetrics metrics) : IControlCommand
{
    /// <inheritdoc/>
    public string Name => "metrics";

    /// <inheritdoc/>
    public async Task<ControlResponse> AnswerAsync(ControlRequest request, CancellationToken expired)
    {
        var text = await metrics.ScrapeAsync(MetricsFormat.Text, expired);
        return new ControlResponse(null, null) { Metrics = Encoding.UTF8.GetString(text.Span) };
    }
}
