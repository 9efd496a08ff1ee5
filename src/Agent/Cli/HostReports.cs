using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using NetEdit.Adapter;
using NetEdit.Agent.Connections;
using NetEdit.Agent.Control;
using NetEdit.Agent.Persistence;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;

namespace NetEdit.Agent.Cli;

/// <summary>
/// Reads the reports that the reading verbs show: from the running agent or, if no agent answers, from the kernel and the state
/// files. A note on standard error says when no agent answers; the same note is written once.
/// </summary>
/// <param name="console">Receives the notes.</param>
/// <param name="socket">Control socket of the agent.</param>
/// <param name="options">What to read without an agent.</param>
/// <param name="compose">Makes the parts that read without an agent.</param>
internal sealed class HostReports(
    CliConsole console,
    string socket,
    CompositionOptions options,
    Func<CompositionOptions, ServiceProvider> compose
)
{
    private string? _note;

    /// <summary>Reads the status.</summary>
    /// <exception cref="BpfException">No agent answers, and the kernel cannot be read.</exception>
    /// <exception cref="CliException">The agent refuses, or hangs up.</exception>
    public StatusReport Status() => ControlClient.Ask(socket, "status") ?? WithoutAgent(policy: null).Status;

    /// <summary>Reads why policies are in their states and, of one policy, where it is in use.</summary>
    /// <param name="policy">Name of the policy.</param>
    /// <exception cref="BpfException">No agent answers, and the kernel cannot be read.</exception>
    /// <exception cref="CliException">The agent refuses, or hangs up.</exception>
    public ExplainReport Explain(string policy)
    {
        if (
            ControlClient.Ask(socket, new ControlRequest("explain") { Names = [policy] }) is
            { Status: { } report } answer
        )
        {
            return ExplainReport.Of(report, answer.Uses ?? []);
        }

        var (status, uses) = WithoutAgent(policy);
        return ExplainReport.Of(status, uses);
    }

    /// <summary>Reads open connections.</summary>
    /// <param name="request">Which connections.</param>
    /// <exception cref="BpfException">No agent answers, and the kernel cannot be read.</exception>
    /// <exception cref="CliException">The agent refuses, or hangs up.</exception>
    public ConnectionsReport Connections(ControlRequest request)
    {
        if (ControlClient.Send(socket, request) is { } answer)
        {
            return answer.Connections ?? throw new CliException(ExitCode.AgentUnreachable, "the agent gave no answer");
        }

        using var services = compose(options);
        var report = services
            .GetRequiredService<ConnectionExplanations>()
            .Explain(ConnectionQuery.Of(request), named: false);
        Note(
            report.Revision is null
                ? "no policies are kept on disk either, so only the kernel was read"
                : $"the connections are explained by the policies kept on disk (revision {report.Revision})"
        );
        return report;
    }

    private (StatusReport Status, ImmutableArray<PolicyUse> Uses) WithoutAgent(string? policy)
    {
        using var services = compose(options);
        var preview = services.GetRequiredService<PolicyPreviews>().PreviewKept();
        if (preview is null)
        {
            Note("no policies are kept on disk either, so only the kernel was read");
            var observed = services.GetRequiredService<BpfAdapter>().Observe();
            return (StatusReports.FromKernel(options.Ledger, observed), []);
        }

        var keptAt = services.GetRequiredService<LedgerState>().Policies?.At;
        var pending = preview.Plan.Actions.Length;
        Note(
            $"the policies are those kept on disk{(keptAt is { } at ? $" since {Output.Render.Time(at)}" : "")}; "
                + (
                    pending == 0
                        ? "the kernel holds them"
                        : $"the kernel differs from them in {Plural.Count(pending, "change")}, which an agent or "
                            + "netedit apply makes"
                )
        );
        return (
            StatusReports.FromDisk(options.Ledger, preview, keptAt),
            policy is null
                ? []
                : PolicyUses.Of(
                    policy,
                    preview.Decision.Desired,
                    services.GetRequiredService<BpfAdapter>().ReadUsage().Counters
                )
        );
    }

    private void Note(string what)
    {
        var note = $"no agent answers on {socket}; {what}";
        if (!string.Equals(note, _note, StringComparison.Ordinal))
        {
            console.Note(note);
            _note = note;
        }
    }
}
