using NetEdit.Agent.Host;

namespace NetEdit.Agent.Daemon;

/// <summary>Logs which cgroups are not tuned.</summary>
internal static class ScopeLog
{
    /// <summary>Writes what is new.</summary>
    public static void Write(AgentLog log, FoundScopes found)
    {
        log.WriteEach(
            "crowd",
            found.LeftAlone.Select(user => new LogLine(
                $"{user.Key}",
                "",
                LogLevel.Warning,
                $"a user owns more than {ScopeFinder.MostOfUser} containers; the others are not tuned",
                ("user", $"{user.Key}"),
                ("others", $"{user.Value}")
            ))
        );
        log.WriteEach(
            "unusable",
            found.Unusable.IsEmpty
                ? []
                :
                [
                    new LogLine(
                        "cgroups",
                        "",
                        LogLevel.Warning,
                        "some cgroups have names that are too long or cannot be printed; "
                            + "they and the cgroups below them are not tuned",
                        ("among", string.Join("; ", found.Unusable))
                    ),
                ]
        );
    }
}
