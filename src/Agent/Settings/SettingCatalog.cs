using System.Collections.Immutable;
using NetEdit.Agent.Cli.Verbs;
using NetEdit.Agent.Http;
using NetEdit.Agent.Persistence;

namespace NetEdit.Agent.Settings;

/// <summary>All settings. A new one is an option of a verb and an entry here.</summary>
internal static class SettingCatalog
{
    /// <summary>Of <see cref="Listen"/>: no HTTP.</summary>
    public const string Off = "off";

    /// <summary>The address of the HTTP server.</summary>
    public static Setting Listen { get; } =
        new(
            AgentVerb.ListenFlag,
            "Loopback address and port for /metrics, /healthz and /readyz; off for none",
            AgentVerb.DefaultListen,
            text =>
                text == Off ? null
                : StatusServer.TryParse(text, out _, out _) ? null
                : "is not a loopback address and port, such as 127.0.0.1:9417, nor off"
        );

    /// <summary>All of them.</summary>
    public static ImmutableArray<Setting> All { get; } =
    [
        new(
            "--policies",
            "Directory of the agent's policies; those in /usr/lib/netedit/policies.d count as well when it is "
                + AgentVerb.DefaultPolicies,
            AgentVerb.DefaultPolicies,
            PathProblem
        )
        {
            Verb = "agent",
        },
        Boolean(
            "--allow-empty",
            "Whether the agent takes it as meant that no policy is left, and removes the tuning that is in force"
        ),
        new("--features", "Additional directories of feature plugins", "", PathProblem) { IsList = true },
        new(
            "--ledger",
            "Name under which NetEdit keeps its objects in the kernel",
            RuntimePaths.DefaultLedger,
            text => CommonOptions.IsLedgerName(text) ? null : "is not a name of 1 to 32 letters, digits, '-' and '_'"
        ),
        new("--socket", "Control socket of the agent", RuntimePaths.Socket(RuntimePaths.DefaultLedger), PathProblem),
        new("--state", "Directory of the state files", StatePaths.Default, PathProblem),
        Listen,
        new(
            "--interval",
            "Time between checks for drift, 1s to 1h",
            AgentVerb.DefaultInterval,
            text => AgentVerb.TryParseInterval(text, out _) ? null : "is not a time from 1s to 1h, such as 30s or 5m"
        ),
        new(
            "--audit-interval",
            "Time between audits, 1s to 1h; 0 for none",
            AgentVerb.DefaultAuditInterval,
            text =>
                text == AgentVerb.Never || AgentVerb.TryParseInterval(text, out _)
                    ? null
                    : "is not a time from 1s to 1h, such as 30s or 5m, nor 0"
        ),
        Choice(
            "--log-format",
            "Form of the agent's log",
            [.. Enum.GetNames<LogFormat>().Select(name => name.ToLowerInvariant())]
        ),
        Boolean(
            "--run-time-statistics",
            "Whether the kernel counts and times the runs of BPF programs while the agent runs"
        ),
    ];

    private static Setting Boolean(string flag, string description) => Choice(flag, description, ["false", "true"]);

    private static Setting Choice(string flag, string description, string[] words) =>
        new(
            flag,
            description,
            words[0],
            text => words.Contains(text, StringComparer.Ordinal) ? null : $"is not one of: {string.Join(", ", words)}"
        )
        {
            Words = words,
        };

    // What is relative would mean another directory in each.
    private static string? PathProblem(string text) =>
        text.StartsWith('/') ? null : "is not an absolute path; it must begin with /";
}
