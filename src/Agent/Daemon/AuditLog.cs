using NetEdit.Agent.Auditing;

namespace NetEdit.Agent.Daemon;

/// <summary>Logs what audits find.</summary>
internal static class AuditLog
{
    /// <summary>Subject of the line that an audit could not be made.</summary>
    public const string Failure = "audit";

    /// <summary>Writes what is new of an audit.</summary>
    public static void Write(AgentLog log, AuditReport audit)
    {
        log.Forget(Failure);
        var passing = log.WriteEach(
            "contradiction",
            audit.Contradictions.Select(line => new LogLine(
                $"{line.Policy} {line.Feature}",
                "",
                LogLevel.Error,
                "audit failed: the policy is contradicted",
                ("policy", line.Policy),
                ("feature", line.Feature),
                ("evidence", string.Join("; ", line.Evidence))
            ))
        );
        foreach (var gone in passing)
        {
            log.Write(
                LogLevel.Info,
                "audit passes again",
                ("policy", gone.Split(' ')[0]),
                ("feature", gone.Split(' ')[^1])
            );
        }

        log.WriteEach("probe", audit.Probes.Select(Line));
    }

    private static LogLine Line(AuditProbe probe) =>
        new(
            probe.Policy,
            probe.Problem ?? "",
            probe.Problem is null ? LogLevel.Info : LogLevel.Warning,
            probe.Problem is null ? "probe answered" : "probe not answered",
            ("policy", probe.Policy),
            ("peer", probe.Address),
            ("problem", probe.Problem ?? "")
        );
}
