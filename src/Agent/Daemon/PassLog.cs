using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Persistence;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Daemon;

/// <summary>Logs what a pass did and found.</summary>
internal static class PassLog
{
    /// <summary>Writes what is new.</summary>
    public static void Write(AgentLog log, ReconcileReport report)
    {
        WriteChanges(log, report);
        WritePolicies(log, report);
        WriteState(log, report);
        WriteKernel(log, report);
        WritePauses(log, report);
        log.WriteOnce(
            "pass",
            report.Error ?? "",
            report.Error is null ? LogLevel.Info : LogLevel.Error,
            report.Error ?? (report.Converged ? "converged" : "not converged"),
            ("trigger", report.Trigger),
            ("ms", $"{report.Duration.TotalMilliseconds:F1}")
        );
    }

    private static void WriteChanges(AgentLog log, ReconcileReport report)
    {
        foreach (var action in report.Done)
        {
            var description = action.Description;
            log.Write(
                LogLevel.Info,
                $"{description.Verb} {description.Object}",
                ("target", description.Target),
                ("why", action.Why)
            );
        }

        foreach (var walk in report.Walks)
        {
            log.Write(
                walk.Failed + walk.Hidden > 0 ? LogLevel.Warning : LogLevel.Info,
                "open connections walked",
                ("scope", walk.Scope),
                ("namespaces", $"{walk.Namespaces}"),
                ("hidden", $"{walk.Hidden}"),
                ("changed", $"{walk.Changed}"),
                ("unchanged", $"{walk.Unchanged}"),
                ("skipped", $"{walk.Skipped}"),
                ("failed", $"{walk.Failed}"),
                ("errors", string.Join(", ", walk.Errors.Select(error => $"{error.Key} {error.Value}")))
            );
        }

        foreach (var escaped in report.NewlyEscaped)
        {
            log.Write(
                LogLevel.Warning,
                "connections escaped: they were opened before their new cgroup had its chain",
                ("scope", escaped.Scope),
                ("connections", $"{escaped.Connections}"),
                ("tunedLater", $"{escaped.TunedLater}")
            );
        }
    }

    private static void WritePolicies(AgentLog log, ReconcileReport report)
    {
        log.WriteEach(
            "error",
            report.PolicyErrors.Select(error => new LogLine(
                $"{error.File}:{error.Line}:{error.Column}",
                error.Message,
                LogLevel.Error,
                error.ToString()
            ))
        );
        log.WriteOnce(
            "policies",
            $"{report.Revision} {report.PolicyErrors.Length}",
            report.PolicyErrors.IsEmpty ? LogLevel.Info : LogLevel.Error,
            report.PolicyErrors.IsEmpty
                ? report.Policies.IsEmpty
                    ? "no policies: nothing is tuned until the policy directory has one"
                    : "policies in force"
                : report.Revision.Length == 0
                    ? "the policies are invalid, and no earlier ones exist; the kernel stays as it is"
                    : "the newest policies are invalid; the last valid ones stay in force",
            ("revision", report.Revision),
            ("policies", $"{report.Policies.Length}"),
            ("errors", $"{report.PolicyErrors.Length}")
        );

        var unread = string.Join("; ", report.NotRead);
        log.WriteEach(
            "unread",
            unread.Length == 0
                ? []
                :
                [
                    new LogLine(
                        "entries",
                        unread,
                        LogLevel.Info,
                        "some entries of the policy directory give no policy",
                        ("entries", unread)
                    ),
                ]
        );

        foreach (var gone in log.WriteEach("policy", report.Policies.Select(Line)))
        {
            log.Write(LogLevel.Info, "policy removed", ("policy", gone));
        }
    }

    private static void WriteState(AgentLog log, ReconcileReport report)
    {
        foreach (var solved in log.WriteEach("state", report.StateProblems.Select(Line)))
        {
            log.Write(LogLevel.Info, "state file written again", ("file", solved));
        }

        foreach (var gone in log.WriteEach("quarantine", report.Quarantine.Select(Line)))
        {
            log.Write(LogLevel.Info, "out of quarantine", ("feature", gone.Split(' ')[0]));
        }

        var back = log.WriteEach(
            "kept",
            report.KeptSince is { } kept
                ?
                [
                    new LogLine(
                        "policies",
                        Render.Time(kept),
                        LogLevel.Warning,
                        "the policies come from disk, because the policy directory has no valid ones",
                        ("saved", Render.Time(kept))
                    ),
                ]
                : []
        );
        if (back.Count > 0)
        {
            log.Write(LogLevel.Info, "the policies come from the policy directory again");
        }
    }

    private static void WriteKernel(AgentLog log, ReconcileReport report)
    {
        log.WriteEach("foreign", report.Observed.Foreign.Select(Line));
        foreach (var item in report.Drift)
        {
            log.Write(
                LogLevel.Warning,
                "drift: somebody removed what was in force",
                ("feature", item.Feature),
                ("what", item.What)
            );
        }

        log.WriteEach(
            "draining",
            report
                .Observed.Algorithms.Where(algorithm => !algorithm.Registered)
                .Select(algorithm => new LogLine(
                    $"{algorithm.MapId}",
                    "",
                    LogLevel.Info,
                    "draining: deleted when its last socket closes",
                    ("algorithm", algorithm.Algorithm),
                    ("map", $"{algorithm.MapId}"),
                    ("sockets", $"{algorithm.Users}")
                ))
        );
    }

    private static void WritePauses(AgentLog log, ReconcileReport report)
    {
        var paused = string.Join(", ", report.Pauses);
        var ended = log.WriteEach(
            "pauses",
            paused.Length == 0
                ? []
                :
                [
                    new LogLine(
                        "all",
                        paused,
                        LogLevel.Warning,
                        "tuning is paused until netedit resume",
                        ("paused", paused)
                    ),
                ]
        );
        if (ended.Count > 0)
        {
            log.Write(LogLevel.Info, "tuning is no longer paused");
        }
    }

    private static LogLine Line(PolicyDecision policy)
    {
        var level = policy.State switch
        {
            PolicyState.Active or PolicyState.Observing or PolicyState.Skipped => LogLevel.Info,
            PolicyState.Waiting or PolicyState.Expired => LogLevel.Info,
            PolicyState.Failed or PolicyState.Quarantined => LogLevel.Error,
            _ => LogLevel.Warning,
        };
        return new LogLine(
            policy.Policy,
            $"{policy.State} {policy.Reason.Code}",
            level,
            $"policy {policy.State}",
            ("policy", policy.Policy),
            ("scope", Render.Scope(policy)),
            ("reason", policy.Reason.Code),
            ("text", policy.Reason.Text)
        );
    }

    private static LogLine Line(StateProblem problem) =>
        new(
            problem.File,
            problem.Message,
            LogLevel.Error,
            "state problem",
            ("file", problem.File),
            ("reason", problem.Message)
        );

    private static LogLine Line(QuarantineEntry entry) =>
        new(
            $"{entry.Feature} {entry.Variant} {entry.Cause} {entry.Digest}",
            $"{entry.At}",
            LogLevel.Error,
            "in quarantine: not tried again until it or the kernel changes, or by netedit retry",
            ("feature", entry.Feature),
            ("variant", entry.Variant),
            ("cause", entry.Cause.ToString().ToLowerInvariant()),
            ("reason", entry.Reason)
        );

    private static LogLine Line(ForeignProgram program) =>
        new(
            $"{program.Scope} {program.Below} {program.ProgramId}",
            $"{program.RunsAfterOurs}",
            LogLevel.Warning,
            program.RunsAfterOurs == true ? "a program of somebody else runs after ours and may overwrite its answers"
                : program.Below is not null ? "a program of somebody else is below a scope of ours, on a hook we use"
                : "a program of somebody else is on a hook we use",
            ("scope", program.Scope),
            ("below", program.Below ?? ""),
            ("program", program.Name),
            ("id", $"{program.ProgramId}")
        );
}
