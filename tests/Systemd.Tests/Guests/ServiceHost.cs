using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetEdit.Kernels;

namespace NetEdit.Systemd.Tests;

/// <summary>A host under systemd on which the package is tested: a guest, and what is looked at there.</summary>
internal sealed partial class ServiceHost(DebianGuest guest)
{
    /// <summary>The directory of policies.</summary>
    public const string Policies = "/etc/netedit/policies.d";

    /// <summary>What the host held before the installation.</summary>
    public HostContent? Before { get; set; }

    /// <summary>What systemctl shows as the service's status.</summary>
    public string Status => Property("StatusText");

    /// <summary>Units that have failed; empty when there is none.</summary>
    public string FailedUnits => Run("systemctl list-units --state=failed --plain --no-legend --no-pager");

    /// <summary>Runs a command of bash, which must succeed.</summary>
    public string Run(string command) => guest.Run(command);

    /// <summary>Runs a command of bash.</summary>
    public CommandOutcome Try(string command) => guest.Try(command);

    /// <summary>A property of the service.</summary>
    public string Property(string name) => Run($"systemctl show --property={name} --value netedit");

    /// <summary>Writes a policy.</summary>
    public void WritePolicy(string name, string spec) =>
        Run(
            $$"""
            cat >{{Policies}}/{{name}}.yaml <<'END'
            apiVersion: netedit/v1
            kind: TuningPolicy
            metadata: { name: {{name}} }
            spec: {{spec}}
            END
            """
        );

    /// <summary>Waits for a condition.</summary>
    public void WaitFor(Func<bool> condition, string what) =>
        Eventually.True(
            condition,
            what,
            () =>
                Try("systemctl status netedit --no-pager --full --lines=40").Output
                + Try("journalctl -b -p 4 --no-pager").Output
        );

    /// <summary>Waits for a status of the service.</summary>
    public void WaitForStatus(string part) =>
        WaitFor(() => Status.Contains(part, StringComparison.Ordinal), $"the status contains '{part}'");

    /// <summary>What the service has written to the journal.</summary>
    public IReadOnlyList<JournalEntry> Journal() =>
        [
            .. Run("journalctl -u netedit -o json --no-pager")
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JournalEntry.Of(JsonNode.Parse(line)!)),
        ];

    /// <summary>Congestion windows, in segments, of both ends of a new connection over loopback.</summary>
    /// <param name="port">Where an <see cref="StartEcho">echo</see> listens.</param>
    public IReadOnlyList<string> Windows(int port) =>
        WindowsIn(
            Run(
                $"exec 3<>/dev/tcp/127.0.0.1/{port}; "
                    + $"ss -HtinO state established '( sport = :{port} or dport = :{port} )'"
            )
        );

    /// <summary>Starts a service that answers each line with the same.</summary>
    public void StartEcho(int port)
    {
        Run($"systemd-run --quiet --unit=echo-{port} busybox nc -ll -p {port} -e /bin/cat");
        WaitFor(() => Run($"ss -HtlO sport = :{port}").Length > 0, $"an echo listens on port {port}");
    }

    /// <summary>Congestion windows in what ss says.</summary>
    public static IReadOnlyList<string> WindowsIn(string text) =>
        [.. Window().Matches(text).Select(match => match.Groups["segments"].Value)];

    [GeneratedRegex(
        @"\bcwnd:(?<segments>\d+)",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex Window();
}
