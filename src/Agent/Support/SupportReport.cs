using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using NetEdit.Agent.Control;
using NetEdit.Agent.Events;
using NetEdit.Agent.Persistence;
using NetEdit.Agent.Settings;

namespace NetEdit.Agent.Support;

/// <summary>Collects the parts of a support report. What cannot be collected is a part that says why.</summary>
/// <param name="socket">Control socket of the agent.</param>
/// <param name="state">The state directory of the ledger.</param>
/// <param name="options">Options of every verb that has them: of the ledger, the socket and the like.</param>
/// <param name="settings">What files and the environment say of the options of verbs.</param>
internal sealed class SupportReport(
    string socket,
    StateDirectory state,
    IReadOnlyDictionary<string, string[]> options,
    HostSettings settings
)
{
    private const int MostLogLines = 5000;
    private static readonly TimeSpan LogTimeout = TimeSpan.FromSeconds(20);

    private static readonly ImmutableArray<(string Name, string[] Words)> AllVerbs =
    [
        ("version.json", ["version", "-o", "json"]),
        ("config.json", ["config", "-o", "json"]),
        ("doctor.txt", ["doctor"]),
        ("status.txt", ["status"]),
        ("status.json", ["status", "-o", "json"]),
        ("explain.json", ["explain", "-o", "json"]),
        ("scopes.json", ["get", "scopes", "-o", "json"]),
        ("capabilities.json", ["capabilities", "-o", "json"]),
        ("features.json", ["features", "-o", "json"]),
    ];

    /// <summary>The verbs whose output is a part.</summary>
    public ImmutableArray<(string Name, string[] Words)> Verbs { get; init; } = AllVerbs;

    /// <summary>What the parts are, for the reader of a report.</summary>
    public static string Contents { get; } =
        """
            version.json        the versions of NetEdit, its runtime and the kernel
            config.json         the settings of netedit.yaml and the environment, and where each comes from
            doctor.txt          what is wrong with this host, with remedies
            status.txt, .json   the state of policies and of the agent; in JSON the programs, links and maps of NetEdit, too
            explain.json        why each policy is in its state
            scopes.json         the cgroups of policies and their chains
            capabilities.json   what this kernel can do
            features.json       the features that are installed
            policies/           the policies in force, as they are kept on disk
            events.jsonl        what happened (netedit events)
            log.txt             the newest lines of the agent's log, if the journal has it
            metrics.txt         the metrics of the agent
            kernel.txt          the release of the kernel and of the distribution
            mounts.txt          the mounts that the program sees
            NAME.failed.txt     in the place of a part: why it could not be collected

            """;

    /// <summary>Collects the parts, one after the other.</summary>
    public IEnumerable<ReportPart> Collect()
    {
        foreach (var (name, words) in Verbs)
        {
            yield return ReportPart.Of(name, () => Run(words));
        }

        foreach (var policy in Policies())
        {
            yield return policy;
        }

        yield return ReportPart.Of("events.jsonl", Events);
        yield return ReportPart.Of("log.txt", Log);
        yield return ReportPart.Of(
            "metrics.txt",
            () =>
                ControlClient.Send(socket, new ControlRequest("metrics")) is { } answer
                    ? answer.Metrics ?? throw new IOException("the agent gave no answer")
                    : throw new IOException($"no agent answers on {socket}")
        );
        yield return ReportPart.Of(
            "kernel.txt",
            () => File.ReadAllText("/proc/version") + "\n" + File.ReadAllText("/etc/os-release")
        );
        yield return ReportPart.Of("mounts.txt", () => File.ReadAllText("/proc/self/mountinfo"));
    }

    /// <summary>Runs a verb of ours.</summary>
    private string Run(string[] words)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var console = new CliConsole(output, error, colorOut: false, colorError: false) { Settings = settings };
        var root = CommandTree.Create(console);
        var known = root.Parse(words)
            .CommandResult.Command.Options.Select(option => option.Name)
            .ToHashSet(StringComparer.Ordinal);
        var exitCode = CommandLine.Run(
            [.. words, .. options.Where(option => known.Contains(option.Key)).SelectMany(option => option.Value)],
            console
        );
        var text = output.ToString();
        var messages = error.ToString();
        return text.Length == 0 ? throw new IOException($"exit code {exitCode}: {messages.Trim()}")
            : words.Contains("json", StringComparer.Ordinal) ? text
            : string.Create(CultureInfo.InvariantCulture, $"{text}\n{messages}exit code {exitCode}\n");
    }

    private IEnumerable<ReportPart> Policies()
    {
        KeptPolicies? kept = null;
        var failure = ReportPart.Of(
            "policies",
            () =>
            {
                kept = state.Read(LedgerState.PoliciesFile);
                return kept is null ? throw new IOException($"no policies are kept in {state.Path}") : "";
            }
        );
        return kept is null
            ? [failure]
            : kept.Files.Select(file =>
                ReportPart.Of($"policies/{ReportArchive.SafeName(file.Name)}", () => file.Text)
            );
    }

    private string Events()
    {
        using var reader = new EventReader(state.Path);
        var text = new StringBuilder();
        foreach (var happened in reader.Read())
        {
            text.Append(System.Text.Json.JsonSerializer.Serialize(happened, EventJson.Readable.KeptEvent)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The end of the agent's log in the journal.</summary>
    private static string Log()
    {
        var start = new ProcessStartInfo(
            "/usr/bin/journalctl",
            ["-t", "netedit", "-n", $"{MostLogLines}", "-o", "short-iso", "--no-pager", "-q"]
        )
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var text = ReadAsync(process.StandardOutput);
        var errors = ReadAsync(process.StandardError);
        if (!Task.WaitAll([text, errors], LogTimeout))
        {
            process.Kill();
            throw new IOException($"journalctl did not end within {LogTimeout.TotalSeconds:0} s");
        }

        return text.Result.Length > 0 ? text.Result
            : errors.Result.Length > 0 ? throw new IOException($"journalctl: {errors.Result.Trim()}")
            : throw new IOException("the journal has no lines of netedit");
    }

    /// <summary>Reads what a part may hold, and leaves out the rest.</summary>
    private static async Task<string> ReadAsync(StreamReader reader)
    {
        var text = new StringBuilder();
        var buffer = new char[8192];
        while (await reader.ReadAsync(buffer) is > 0 and var count)
        {
            text.Append(buffer, 0, text.Length < ReportPart.MostCharacters ? count : 0);
        }

        return text.ToString();
    }
}
