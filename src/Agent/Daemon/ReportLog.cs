using NetEdit.Agent.Auditing;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Host;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;

namespace NetEdit.Agent.Daemon;

/// <summary>What the log says of a pass.</summary>
internal static class ReportLog
{
    private const string PolicySubject = "policy ";
    private const string StateSubject = "state ";
    private const string PauseSubject = "pauses";
    private const string AuditSubject = "audit of ";
    private const string KeptSubject = "kept policies";
    private const string CrowdedSubject = "containers of user ";
    private const string UnusableSubject = "unusable cgroups";
    private const string UnreadSubject = "not read";

    /// <summary>Says once which cgroups are passed over.</summary>
    public static void Write(AgentLog log, FoundScopes found)
    {
        var crowded = found.LeftAlone.Keys.Select(user => $"{CrowdedSubject}{user}").ToHashSet(StringComparer.Ordinal);
        log.Forget(subject =>
            subject.StartsWith(CrowdedSubject, StringComparison.Ordinal) && !crowded.Contains(subject)
        );
        foreach (var (user, left) in found.LeftAlone)
        {
            log.WriteOnce(
                $"{CrowdedSubject}{user}",
                "",
                LogLevel.Warning,
                $"a user has more than {ScopeFinder.MostOfUser} containers; the others are left alone",
                ("user", $"{user}"),
                ("others", $"{left}")
            );
        }

        if (found.Unusable.IsEmpty)
        {
            log.Forget(subject => string.Equals(subject, UnusableSubject, StringComparison.Ordinal));
        }
        else
        {
            log.WriteOnce(
                UnusableSubject,
                "",
                LogLevel.Warning,
                "cgroups whose names cannot be printed or are too long are no scopes, nor is what is below them",
                ("among", string.Join("; ", found.Unusable))
            );
        }
    }

    /// <summary>Writes what is new of an audit.</summary>
    public static void Write(AgentLog log, AuditReport audit)
    {
        log.Forget(subject => string.Equals(subject, "audit", StringComparison.Ordinal));
        var failures = audit.Contradictions.ToDictionary(
            line => $"{AuditSubject}{line.Policy} {line.Feature}",
            StringComparer.Ordinal
        );
        foreach (var (subject, line) in failures)
        {
            log.WriteOnce(
                subject,
                "",
                LogLevel.Error,
                "audit failed: the policy is contradicted",
                ("policy", line.Policy),
                ("feature", line.Feature),
                ("evidence", string.Join("; ", line.Evidence))
            );
        }

        foreach (
            var gone in log.Forget(subject =>
                subject.StartsWith(AuditSubject, StringComparison.Ordinal) && !failures.ContainsKey(subject)
            )
        )
        {
            log.Write(
                LogLevel.Info,
                "audit fails no longer",
                ("policy", gone[AuditSubject.Length..].Split(' ')[0]),
                ("feature", gone.Split(' ')[^1])
            );
        }

        foreach (var probe in audit.Probes)
        {
            log.WriteOnce(
                $"probe {probe.Policy}",
                probe.Problem ?? "",
                probe.Problem is null ? LogLevel.Info : LogLevel.Warning,
                probe.Problem is null ? "probe answered" : "probe not answered",
                ("policy", probe.Policy),
                ("peer", probe.Address),
                ("problem", probe.Problem ?? "")
            );
        }
    }

    /// <summary>Writes what is new.</summary>
    public static void Write(AgentLog log, ReconcileReport report)
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

        foreach (var error in report.PolicyErrors)
        {
            log.WriteOnce(
                $"error {error.File}:{error.Line}:{error.Column}",
                error.Message,
                LogLevel.Error,
                error.ToString()
            );
        }

        var errors = report
            .PolicyErrors.Select(error => $"error {error.File}:{error.Line}:{error.Column}")
            .ToHashSet(StringComparer.Ordinal);
        log.Forget(subject => subject.StartsWith("error ", StringComparison.Ordinal) && !errors.Contains(subject));
        log.WriteOnce(
            "policies",
            $"{report.Revision} {report.PolicyErrors.Length}",
            report.PolicyErrors.IsEmpty ? LogLevel.Info : LogLevel.Error,
            report.PolicyErrors.IsEmpty ? "policies in force"
                : report.Revision.Length == 0
                    ? "the policies are invalid, and there are no earlier ones; the kernel is left as it is"
                : "the newest policies are invalid; the last good ones are kept",
            ("revision", report.Revision),
            ("policies", $"{report.Policies.Length}"),
            ("errors", $"{report.PolicyErrors.Length}")
        );

        if (report.NotRead.IsEmpty)
        {
            log.Forget(subject => string.Equals(subject, UnreadSubject, StringComparison.Ordinal));
        }
        else
        {
            var listed = string.Join("; ", report.NotRead);
            log.WriteOnce(
                UnreadSubject,
                listed,
                LogLevel.Info,
                "entries of the policy directory give no policy",
                ("entries", listed)
            );
        }

        foreach (var policy in report.Policies)
        {
            var fine =
                policy.State
                is PolicyState.Active
                    or PolicyState.Observing
                    or PolicyState.Skipped
                    or PolicyState.Expired;
            log.WriteOnce(
                PolicySubject + policy.Policy,
                $"{policy.State} {policy.Reason.Code}",
                fine ? LogLevel.Info
                    : policy.State is PolicyState.Failed or PolicyState.Quarantined ? LogLevel.Error
                    : LogLevel.Warning,
                $"policy {policy.State}",
                ("policy", policy.Policy),
                ("scope", Render.Scope(policy)),
                ("reason", policy.Reason.Code),
                ("text", policy.Reason.Text)
            );
        }

        var names = report.Policies.Select(policy => PolicySubject + policy.Policy).ToHashSet(StringComparer.Ordinal);
        foreach (
            var gone in log.Forget(subject =>
                subject.StartsWith(PolicySubject, StringComparison.Ordinal) && !names.Contains(subject)
            )
        )
        {
            log.Write(LogLevel.Info, "policy removed", ("policy", gone[PolicySubject.Length..]));
        }

        var foreign = report
            .Observed.Foreign.Select(program => $"foreign {program.Scope} {program.Below} {program.ProgramId}")
            .ToHashSet(StringComparer.Ordinal);
        log.Forget(subject => subject.StartsWith("foreign ", StringComparison.Ordinal) && !foreign.Contains(subject));
        foreach (var program in report.Observed.Foreign)
        {
            log.WriteOnce(
                $"foreign {program.Scope} {program.Below} {program.ProgramId}",
                $"{program.RunsAfterOurs}",
                LogLevel.Warning,
                program.RunsAfterOurs == true
                        ? "a program of somebody else runs after ours and may overwrite its answers"
                    : program.Below is not null
                        ? "a program of somebody else is below a scope of ours, on a hook we use"
                    : "a program of somebody else is on a hook we use",
                ("scope", program.Scope),
                ("below", program.Below ?? ""),
                ("program", program.Name),
                ("id", $"{program.ProgramId}")
            );
        }

        var problems = report
            .StateProblems.Select(problem => StateSubject + problem.File)
            .ToHashSet(StringComparer.Ordinal);
        foreach (
            var solved in log.Forget(subject =>
                subject.StartsWith(StateSubject, StringComparison.Ordinal) && !problems.Contains(subject)
            )
        )
        {
            log.Write(LogLevel.Info, "state file written again", ("file", solved[StateSubject.Length..]));
        }

        foreach (var problem in report.StateProblems)
        {
            log.WriteOnce(
                StateSubject + problem.File,
                problem.Message,
                LogLevel.Error,
                "state problem",
                ("file", problem.File),
                ("reason", problem.Message)
            );
        }

        var entries = report.Quarantine.ToDictionary(
            entry => $"quarantine {entry.Feature} {entry.Variant} {entry.Cause} {entry.Digest}",
            StringComparer.Ordinal
        );
        foreach (var (subject, entry) in entries)
        {
            log.WriteOnce(
                subject,
                $"{entry.At}",
                LogLevel.Error,
                "in quarantine: not tried again until it or the kernel changes, or by netedit retry",
                ("feature", entry.Feature),
                ("variant", entry.Variant),
                ("cause", entry.Cause.ToString().ToLowerInvariant()),
                ("reason", entry.Reason)
            );
        }

        foreach (
            var gone in log.Forget(subject =>
                subject.StartsWith("quarantine ", StringComparison.Ordinal) && !entries.ContainsKey(subject)
            )
        )
        {
            log.Write(LogLevel.Info, "out of quarantine", ("feature", gone.Split(' ')[1]));
        }

        foreach (var item in report.Drift)
        {
            log.Write(
                LogLevel.Warning,
                "drift: somebody took away what was in force",
                ("feature", item.Feature),
                ("what", item.What)
            );
        }

        var draining = report
            .Observed.Algorithms.Where(algorithm => !algorithm.Registered)
            .ToDictionary(algorithm => $"draining {algorithm.MapId}", StringComparer.Ordinal);
        log.Forget(subject =>
            subject.StartsWith("draining ", StringComparison.Ordinal) && !draining.ContainsKey(subject)
        );
        foreach (var (subject, algorithm) in draining)
        {
            log.WriteOnce(
                subject,
                "",
                LogLevel.Info,
                "draining: it is collected when its last socket closes",
                ("algorithm", algorithm.Algorithm),
                ("map", $"{algorithm.MapId}"),
                ("sockets", $"{algorithm.Users}")
            );
        }

        if (!report.Pauses.IsEmpty)
        {
            log.WriteOnce(
                PauseSubject,
                string.Join(", ", report.Pauses),
                LogLevel.Warning,
                "tuning is paused until netedit resume",
                ("paused", string.Join(", ", report.Pauses))
            );
        }
        else if (log.Forget(subject => string.Equals(subject, PauseSubject, StringComparison.Ordinal)).Count > 0)
        {
            log.Write(LogLevel.Info, "tuning is not paused any more");
        }

        if (report.KeptSince is { } kept)
        {
            log.WriteOnce(
                KeptSubject,
                Render.Time(kept),
                LogLevel.Warning,
                "the policies come from disk, since the policy directory gives no valid ones",
                ("kept", Render.Time(kept))
            );
        }
        else if (log.Forget(subject => string.Equals(subject, KeptSubject, StringComparison.Ordinal)).Count > 0)
        {
            log.Write(LogLevel.Info, "the policies come from the policy directory again");
        }

        log.WriteOnce(
            "pass",
            report.Error ?? "",
            report.Error is null ? LogLevel.Info : LogLevel.Error,
            report.Error ?? (report.Converged ? "converged" : "not converged"),
            ("trigger", report.Trigger),
            ("ms", $"{report.Duration.TotalMilliseconds:F1}")
        );
    }
}
