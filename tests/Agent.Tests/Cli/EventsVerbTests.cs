using System.Text.Json.Nodes;
using NetEdit.Agent.Cli;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Cli.Verbs;
using NetEdit.Agent.Daemon;
using NetEdit.Agent.Events;

namespace NetEdit.Agent.Tests.Cli;

public sealed class EventsVerbTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 28, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryDirectory _directory = new();

    private string State => _directory.Combine("lib");

    private EventFile File => new(Path.Combine(State, "netedit"));

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void At_80_columns_each_event_says_when_to_what_and_why() =>
        At(80, Events())
            .ShouldBe(
                """
                TIME                  EVENT   WHAT
                2026-01-28 12:00:00Z  agent   agent started (version 1.2.3)
                2026-01-28 12:00:01Z  policy  image-generation: policy Degraded: value-capped:
                                              the kernel limits the first receive window to 64
                                              KiB before Linux 6.10 (scope /kubepods.slice,
                                              cause policies changed)
                2026-01-28 12:00:02Z  pause   policy/web: paused (user alice, by pause)

                """
            );

    [Fact]
    public void At_200_columns_an_event_is_a_line() =>
        At(200, Events())
            .ShouldBe(
                """
                TIME                  EVENT   WHAT
                2026-01-28 12:00:00Z  agent   agent started (version 1.2.3)
                2026-01-28 12:00:01Z  policy  image-generation: policy Degraded: value-capped: the kernel limits the first receive window to 64 KiB before Linux 6.10 (scope /kubepods.slice, cause policies changed)
                2026-01-28 12:00:02Z  pause   policy/web: paused (user alice, by pause)

                """
            );

    [Fact]
    public void Events_are_chosen_by_policy_time_and_number()
    {
        File.Append(Events()).ShouldBeNull();
        File.Append([Event(TimeProvider.System.GetUtcNow(), "agent", "", "just now", "agent")]).ShouldBeNull();

        Run("--policy", "web").Out.ShouldContain("policy/web: paused");
        Run("--policy", "web").Out.Split('\n').Length.ShouldBe(3);
        Run("--since", "1h").Out.ShouldContain("just now");
        Run("--since", "1h").Out.ShouldNotContain("paused");
        Run("-n", "2").Out.Split('\n').Length.ShouldBe(4);
        Run("-n", "0").Out.ShouldBeEmpty();
    }

    [Fact]
    public void Json_is_one_object_a_line()
    {
        File.Append(Events()).ShouldBeNull();

        var lines = Run("-o", "json").Out.TrimEnd('\n').Split('\n');

        lines.Length.ShouldBe(3);
        var second = JsonNode.Parse(lines[1])!;
        second["at"]!.GetValue<DateTimeOffset>().ShouldBe(Noon.AddSeconds(1));
        second["kind"]!.GetValue<string>().ShouldBe("policy");
        second["about"]!.GetValue<string>().ShouldBe("image-generation");
        second["level"]!.GetValue<string>().ShouldBe("Warning");
        second["details"]!["reason"]!.GetValue<string>().ShouldBe("value-capped");
        second["policies"]!.AsArray().Select(name => name!.GetValue<string>()).ShouldBe(["image-generation"]);
    }

    [Fact]
    public void Without_events_it_says_why_there_are_none()
    {
        Run().Error.ShouldStartWith($"note: no events are kept in {State}/netedit; ");
        Run().ExitCode.ShouldBe(ExitCode.Ok);

        File.Append(Events()).ShouldBeNull();
        Run("--policy", "wbe").Error.ShouldBe("note: no event concerns a policy 'wbe'; did you mean 'web'?\n");
        Run("--since", "1s").Error.ShouldBe("note: no events match\n");
    }

    [Fact]
    public void Damaged_lines_are_counted_and_hostile_text_drives_no_terminal()
    {
        File.Append([Event(Noon, "policy", "\e[2J\nx", "\u202e", "agent")]).ShouldBeNull();
        System.IO.File.AppendAllText(Path.Combine(State, "netedit", EventFile.Name), "garbage\n\n");

        var result = Run();

        result.Error.ShouldBe($"warning: skipped 1 damaged line of the events in {State}/netedit\n");
        result.Out.ShouldContain("\\u001b[2J\\u000ax: \\u202e");
        result.Out.Split('\n').Length.ShouldBe(3);
        Run("-o", "json").Out.ShouldNotContain("\e");
    }

    [Fact]
    public void A_watch_prints_what_is_added_also_over_the_change_of_files()
    {
        var file = new EventFile(Path.Combine(State, "netedit"), mostBytes: 400);
        file.Append([Event(Noon, "agent", "", "first", "agent")]).ShouldBeNull();
        var added = 0;
        using var output = new HookedWriter(() =>
        {
            if (++added == 6)
            {
                throw new IOException("Broken pipe");
            }

            if (added < 6)
            {
                file.Append([Event(Noon, "agent", "", $"number {added}", "agent")]).ShouldBeNull();
            }
        });
        using var error = new StringWriter();

        var exitCode = CommandLine.Run(
            ["events", "-w", "--state", State],
            new CliConsole(output, error, colorOut: false, colorError: false)
        );

        exitCode.ShouldBe(ExitCode.Failed);
        error.ToString().ShouldContain("Broken pipe");
        output
            .ToString()
            .Split('\n')
            .Where(line => line.Contains("number", StringComparison.Ordinal))
            .Select(line => line[^1])
            .ShouldBe("12345");
    }

    [Theory]
    [InlineData("--since never", "'never' is not a duration; write 30s, 5m, 1h or 7d.")]
    [InlineData("--since 1000000d", "is not a duration")]
    [InlineData("-o yaml", "use one of: text, json")]
    [InlineData("-n -1", "-1")]
    public void A_wrong_command_line_says_what_is_right(string arguments, string message)
    {
        var result = Run(arguments.Split(' '));

        result.ExitCode.ShouldBe(ExitCode.Usage);
        result.Error.ShouldContain(message);
    }

    private static KeptEvent[] Events() =>
        [
            Event(Noon, "agent", "", "agent started", "agent", ("version", "1.2.3")),
            Event(
                Noon.AddSeconds(1),
                "policy",
                "image-generation",
                "policy Degraded",
                "agent",
                ("policy", "image-generation"),
                ("scope", "/kubepods.slice"),
                ("reason", "value-capped"),
                ("text", "the kernel limits the first receive window to 64 KiB before Linux 6.10")
            ) with
            {
                Level = LogLevel.Warning,
                Cause = "policies changed",
                Policies = ["image-generation"],
            },
            Event(Noon.AddSeconds(2), "pause", "policy/web", "paused", "pause", ("user", "alice")) with
            {
                Policies = ["web"],
            },
        ];

    private static KeptEvent Event(
        DateTimeOffset at,
        string kind,
        string about,
        string what,
        string by,
        params (string, string)[] details
    ) => KeptEvent.Of(new AgentEvent(kind, about, LogLevel.Info, what, details), at, by, "");

    private static string At(int width, IEnumerable<KeptEvent> events)
    {
        using var output = new StringWriter { NewLine = "\n" };
        EventsVerb.Write(
            new TerminalWriter(output, isForPeople: false, width),
            events,
            hasHeadings: true,
            color: false
        );
        foreach (var line in output.ToString().Split('\n'))
        {
            CellText.Width(line).ShouldBeLessThanOrEqualTo(width, line);
        }

        return output.ToString();
    }

    private CliResult Run(params string[] arguments) =>
        NeteditInProcess.Run(["events", .. arguments, "--state", State]);

    /// <summary>Calls back each time that what was written is sent.</summary>
    private sealed class HookedWriter(Action flushed) : StringWriter
    {
        public override void Flush() => flushed();
    }
}
