using NetEdit.Agent.Events;
using NetEdit.Agent.Metrics;
using NetEdit.Agent.Plugins;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;

namespace NetEdit.Agent.Daemon;

/// <summary>Says how a pass ended: in status, metrics, the log, and to systemd.</summary>
internal sealed class ReportPublisher(
    AgentState state,
    AgentMetrics metrics,
    FeatureCatalog catalog,
    AgentLog log,
    EventRecorder events,
    SystemdNotifier systemd
)
{
    private readonly AgentLog _log = log;
    private readonly PassLog _passes = new(log);

    /// <summary>Publishes a report.</summary>
    /// <param name="report">The pass.</param>
    /// <param name="triggers">What caused it (<see cref="PassTrigger"/>).</param>
    public void Publish(ReconcileReport report, IReadOnlyCollection<string> triggers)
    {
        var first = state.Report is null;
        state.End(report);
        metrics.Count(report, triggers);
        var news = _passes.Write(report);
        if (first)
        {
            events.RecordFirst(report);
        }
        else
        {
            events.Record(news, report.Trigger);
        }

        state.Problems.Note(AgentPart.Events, events.Trouble);
        if (!report.Walks.IsEmpty)
        {
            var hidden = report.Walks.Max(walk => walk.Hidden);
            state.Problems.Note(
                AgentPart.Namespaces,
                hidden == 0
                    ? null
                    : $"the network namespaces of {Plural.Count(hidden, "process")} cannot be seen: "
                        + $"CAP_SYS_PTRACE is missing, or a security module forbids it; connections that are open "
                        + $"there keep what they have"
            );
        }

        foreach (var problem in catalog.Problems)
        {
            _log.WriteOnce(
                $"plugin {problem.Path}",
                problem.Message,
                LogLevel.Warning,
                "plugin problem",
                ("path", problem.Path),
                ("reason", problem.Message)
            );
        }

        var summary = Summary(report);
        if (first)
        {
            systemd.Ready(summary);
        }
        else
        {
            systemd.Status(summary);
        }
    }

    /// <summary>What systemctl status shows.</summary>
    public static string Summary(ReconcileReport report)
    {
        var inForce =
            report.Emptied is { } emptied ? Printable.Line(emptied)
            : report.Revision.Length == 0 ? "no valid policies yet"
            : report.Policies.IsEmpty ? "no policies, so nothing is tuned"
            : $"revision {report.Revision}, {Plural.Count(report.Policies.Length, "policy")}";
        return report.PolicyErrors switch
        {
            [] when report is { Error: { } failure, Emptied: null } => Printable.Line(
                $"the last pass failed: {failure}{(report.Revision.Length == 0 ? "" : $"; in force: {inForce}")}"
            ),
            [] => inForce,
            [var error] => Printable.Line($"invalid policies: {error}; in force: {inForce}"),
            [var error, .. var others] => Printable.Line(
                $"invalid policies: {error} and {Plural.Count(others.Length, "more error")}; in force: {inForce}"
            ),
        };
    }
}
