using System.Collections.Immutable;
using NetEdit.Adapter;
using NetEdit.Agent.Auditing;
using NetEdit.Agent.Control.Commands;
using NetEdit.Agent.Daemon;
using NetEdit.Agent.Metrics;

namespace NetEdit.Agent.Control;

/// <summary>Answers what is asked on an agent's control socket.</summary>
internal sealed class ControlCommands
{
    private readonly ImmutableArray<IControlCommand> _commands;
    private readonly UninstallCommand _uninstall;

    /// <summary>Creates the commands.</summary>
    /// <param name="state">What the agent knows.</param>
    /// <param name="queue">Where work waits for its turn.</param>
    /// <param name="parts">What the agent works with.</param>
    /// <param name="audit">Makes an audit.</param>
    /// <param name="metrics">The agent's metrics.</param>
    /// <param name="log">The log.</param>
    public ControlCommands(
        AgentState state,
        WorkQueue queue,
        AgentParts parts,
        Func<CancellationToken, Task<AuditReport>> audit,
        AgentMetrics metrics,
        AgentLog log
    )
    {
        _uninstall = new UninstallCommand(queue, parts.Removal, parts.Events, log);
        _commands =
        [
            new StatusCommand(state),
            new ExplainCommand(state),
            new ConnectionsCommand(state, queue, parts.Explanations),
            new ReconcileCommand(state, queue),
            new ApplyCommand(state, queue, parts.Policies),
            new GcCommand(queue, parts.Removal),
            new PausesChangedCommand(queue),
            new RetryCommand(queue, parts.Retries, log),
            new CompareCommand(state),
            new AuditCommand(state, audit),
            new CountersCommand(state, metrics),
            new MetricsCommand(metrics),
            _uninstall,
        ];
    }

    /// <summary>Ends when whoever asked for an uninstall has its outcome.</summary>
    public Task UninstallAnswered => _uninstall.Answered;

    /// <summary>Answers a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="stop">Ends the waiting for an answer.</param>
    public async Task<ControlResponse> AnswerAsync(ControlRequest request, CancellationToken stop)
    {
        var left = request.Expires is { } expires
            ? TimeSpan.FromMilliseconds(expires - Environment.TickCount64)
            : Timeout.InfiniteTimeSpan;
        if (left < TimeSpan.Zero && left != Timeout.InfiniteTimeSpan)
        {
            return ControlResponse.Refuse(
                "the request had expired when the agent came to it; it was dropped and nothing was done for it"
            );
        }

        using var expired = CancellationTokenSource.CreateLinkedTokenSource(stop);
        expired.CancelAfter(left);
        try
        {
            return
                _commands.FirstOrDefault(command =>
                    string.Equals(command.Name, request.Command, StringComparison.Ordinal)
                )
                    is { } command
                ? await command.AnswerAsync(request, expired.Token)
                : ControlResponse.Refuse(
                    $"there is no command '{request.Command}'; the commands are "
                        + $"{string.Join(", ", _commands.Select(known => known.Name))}"
                );
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return ControlResponse.Refuse(
                "the agent had begun, and was not done when the request expired; it goes on: see netedit status"
            );
        }
        catch (Exception exception) when (exception is CliException or BpfException)
        {
            return ControlResponse.Refuse(exception.Message);
        }
    }
}
