using System.Collections.Immutable;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Persistence;
using NetEdit.Agent.Reconciliation;

namespace NetEdit.Agent.Events;

/// <summary>
/// Finds the events of a pass: what it did, and what of its findings was not told before. Pure; the log and the file of events tell them.
/// </summary>
internal static class PassEvents
{
    /// <summary>Finds the events.</summary>
    /// <param name="before">What was told before.</param>
    /// <param name="report">The pass.</param>
    public static (ImmutableArray<AgentEvent> Events, EventMemory Memory) Of(EventMemory before, ReconcileReport report)
    {
        var events = new EventCollector(before);
        AddRequests(events, report);
        KernelEvents.AddChanges(events, report);
        PolicyEvents.Add(events, before, report);
        AddState(events, report);
        KernelEvents.AddFindings(events, report);
        AddPauses(events, report);
        events.AddLasting(
            new AgentEvent(
                EventKind.Pass,
                "",
                report.Error is null ? LogLevel.Info : LogLevel.Error,
                report.Error ?? (report.Converged ? "converged" : "not converged"),
                ("trigger", report.Trigger),
                ("ms", $"{report.Duration.TotalMilliseconds:F1}")
            )
            {
                State = report.Error ?? "",
            }
        );
        return (events.Events, events.Memory);
    }

    private static void AddRequests(EventCollector events, ReconcileReport report)
    {
        if (report.Trigger.Split(", ").Contains(PassTrigger.HangUp, StringComparer.Ordinal))
        {
            events.Add(new AgentEvent(EventKind.Reload, "", LogLevel.Info, "reload: the policies were read again"));
        }
    }

    private static void AddState(EventCollector events, ReconcileReport report)
    {
        events.AddEach(
            EventKind.State,
            report.StateProblems.Select(EventOf),
            file => new AgentEvent(EventKind.State, file, LogLevel.Info, "state file written again", ("file", file))
        );
        events.AddEach(
            EventKind.Quarantine,
            report.Quarantine.Select(EventOf),
            key =>
            {
                var feature = key.Split(' ')[0];
                return new AgentEvent(
                    EventKind.Quarantine,
                    feature,
                    LogLevel.Info,
                    "out of quarantine",
                    ("feature", feature)
                );
            }
        );
        events.AddEach(
            EventKind.Kept,
            report.KeptSince is { } kept
                ?
                [
                    new AgentEvent(
                        EventKind.Kept,
                        "",
                        LogLevel.Warning,
                        "the policies come from disk, because the policy directory has no valid ones",
                        ("saved", Render.Time(kept))
                    )
                    {
                        State = Render.Time(kept),
                    },
                ]
                : [],
            _ => new AgentEvent(EventKind.Kept, "", LogLevel.Info, "the policies come from the policy directory again")
        );
    }

    private static void AddPauses(EventCollector events, ReconcileReport report)
    {
        var paused = string.Join(", ", report.Pauses);
        events.AddEach(
            EventKind.Paused,
            paused.Length == 0
                ? []
                :
                [
                    new AgentEvent(
                        EventKind.Paused,
                        "",
                        LogLevel.Warning,
                        "tuning is paused until netedit resume",
                        ("paused", paused)
                    )
                    {
                        State = paused,
                    },
                ],
            _ => new AgentEvent(EventKind.Paused, "", LogLevel.Info, "tuning is no longer paused")
        );
    }

    private static AgentEvent EventOf(StateProblem problem) =>
        new(
            EventKind.State,
            problem.File,
            LogLevel.Error,
            "state problem",
            ("file", problem.File),
            ("reason", problem.Message)
        )
        {
            State = problem.Message,
        };

    private static AgentEvent EventOf(QuarantineEntry entry) =>
        new(
            EventKind.Quarantine,
            entry.Feature,
            LogLevel.Error,
            "in quarantine: not tried again until it or the kernel changes, or by netedit retry",
            ("feature", entry.Feature),
            ("variant", entry.Variant),
            ("cause", entry.Cause.ToString().ToLowerInvariant()),
            ("reason", entry.Reason)
        )
        {
            Key = $"{entry.Feature} {entry.Variant} {entry.Cause} {entry.Digest}",
            State = $"{entry.At}",
        };
}
