using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using NetEdit.Agent.Control;

namespace NetEdit.Agent.Tests.Cli;

/// <summary><c>netedit top</c> on a terminal: a real one, of script(1).</summary>
public sealed partial class LiveTopTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly StringBuilder _screen = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("q")]
    [InlineData("\u0003")] // Ctrl-C
    [InlineData("\u001aq")] // Ctrl-Z does nothing: a process that is stopped could not give the terminal back
    public async Task It_shows_rates_and_gives_the_terminal_back_as_it_was(string keys)
    {
        var socket = _directory.Combine("run", "agent.sock");
        var tuned = 0UL;
        using var server = new ControlServer(
            socket,
            (_, _) =>
                Task.FromResult(
                    new ControlResponse(null, null)
                    {
                        Counters = new CountersReport(
                            DateTimeOffset.UnixEpoch,
                            Environment.TickCount64,
                            [new FeatureCounters("web", "ecn", tuned += 10, 0, null)]
                        ),
                    }
                ),
            TimeProvider.System
        );
        var program = Path.Combine(AppContext.BaseDirectory, "netedit.dll");
        var command =
            $"trap : INT; stty rows 24 cols 80; stty -g; dotnet '{program}' top --socket '{socket}'; "
            + "echo ended $?; stty -g; echo all";
        // Whoever runs the tests in the background ignores Ctrl-C, and so would all that they start.
        using var terminal = Process.Start(
            new ProcessStartInfo("env", ["--default-signal=INT", "script", "-qec", command, "/dev/null"])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        var reading = ReadAsync(terminal.StandardOutput);

        Eventually.True(() => Screen().Contains("web     ecn", StringComparison.Ordinal), "a line for the feature");
        await terminal.StandardInput.WriteAsync(keys);
        await terminal.StandardInput.FlushAsync();
        try
        {
            Eventually.True(() => Screen().Contains("all\r\n", StringComparison.Ordinal), "the end of top");
        }
        finally
        {
            if (!Screen().Contains("all\r\n", StringComparison.Ordinal))
            {
                terminal.Kill(entireProcessTree: true);
            }
        }

        terminal.StandardInput.Close();
        await reading;

        var screen = Screen();
        screen.ShouldContain("ended 0\r\n");
        var modes = ModePattern().Matches(screen);
        modes.Count.ShouldBe(2);
        modes[1].Value.ShouldBe(modes[0].Value);
        screen
            .LastIndexOf("\e[?1049l", StringComparison.Ordinal)
            .ShouldBeGreaterThan(screen.LastIndexOf("\e[?1049h", StringComparison.Ordinal));
    }

    private async Task ReadAsync(StreamReader output)
    {
        var buffer = new char[4096];
        while (await output.ReadAsync(buffer) is > 0 and var count)
        {
            lock (_screen)
            {
                _screen.Append(buffer, 0, count);
            }
        }
    }

    private string Screen()
    {
        lock (_screen)
        {
            return _screen.ToString();
        }
    }

    [GeneratedRegex(
        "^[0-9a-f]+(:[0-9a-f]+){30,}",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex ModePattern();
}
