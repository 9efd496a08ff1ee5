using System.Collections.Immutable;
using System.Text.Json.Nodes;
using NetEdit.Agent.Cli;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Cli.Top;
using NetEdit.Agent.Cli.Verbs;
using NetEdit.Agent.Control;

namespace NetEdit.Agent.Tests.Cli;

public sealed class TopTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryDirectory _directory = new();

    private string Socket => _directory.Combine("run", "agent.sock");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Rates_are_per_second_and_what_tunes_most_comes_first()
    {
        var report = TopReport.Between(
            Counters(1000, ("web", "ecn", 10, 1), ("db", "mss", 100, 0), ("gone", "mss", 5, 5)),
            Counters(3000, ("web", "ecn", 50, 4), ("db", "mss", 102, 0), ("new", "mss", 900, 9))
        );

        report.Seconds.ShouldBe(2);
        report
            .Features.Select(rate => (rate.Policy, rate.TunedPerSecond, rate.RefusedPerSecond))
            .ShouldBe([("web", 20, 1.5), ("db", 1, 0), ("new", 0, 0)]);
    }

    [Fact]
    public void An_agent_that_started_again_counts_from_nought() =>
        TopReport
            .Between(Counters(0, ("web", "ecn", 1000, 0)), Counters(1000, ("web", "ecn", 30, 0)))
            .Features.Single()
            .TunedPerSecond.ShouldBe(30);

    [Fact]
    public void At_80_columns_numbers_line_up_and_long_names_are_shortened()
    {
        var report = TopReport.Between(
            Counters(0, ("a-policy-with-a-name-that-is-as-long-as-they-may-be-0123456789", "congestion-control", 0, 0)),
            Counters(
                1000,
                ("a-policy-with-a-name-that-is-as-long-as-they-may-be-0123456789", "congestion-control", 123_456, 7)
            )
        );

        TopVerb
            .Picture(report, 80)
            .ShouldBe([
                "2026-11-28 12:00:00Z  123k connections tuned/s, 7 settings refused/s",
                "",
                "POLICY                FEATURE           TUNED/S  REFUSED/S  TUNED  REFUSED  OPEN",
                "a-poli…be-0123456789  conge…on-control     123k          7   123k        7     3",
            ]);
        TopVerb
            .Picture(report, 200)[3]
            .ShouldStartWith("a-policy-with-a-name-that-is-as-long-as-they-may-be-0123456789  ");
    }

    [Theory]
    [InlineData(0UL, "0")]
    [InlineData(9_999UL, "9999")]
    [InlineData(10_000UL, "10.0k")]
    [InlineData(99_949UL, "99.9k")]
    [InlineData(99_950UL, "100k")]
    [InlineData(999_499UL, "999k")]
    [InlineData(999_500UL, "1.0M")]
    [InlineData(ulong.MaxValue, "18.4E")]
    public void Numbers_take_at_most_five_characters(ulong number, string expected) =>
        TopText.Count(number).ShouldBe(expected);

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.04, "<0.1")]
    [InlineData(0.1, "0.1")]
    [InlineData(99.96, "100")]
    [InlineData(1234.5, "1234")]
    public void Small_rates_have_a_decimal_place(double rate, string expected) => TopText.Rate(rate).ShouldBe(expected);

    [Fact]
    public void Without_a_terminal_it_prints_one_report_after_one_interval()
    {
        var asked = 0;
        using var server = Serve(() => Counters(1000 * asked, ("web", "ecn", (ulong)(100 * asked++), 0)));

        var result = NeteditInProcess.Run("top", "--socket", Socket);

        result.Error.ShouldBeEmpty();
        result.ExitCode.ShouldBe(ExitCode.Ok);
        asked.ShouldBe(2);
        result.Out.ShouldBe(
            """
            2026-11-28 12:00:00Z  100 connections tuned/s, 0 settings refused/s

            POLICY  FEATURE  TUNED/S  REFUSED/S  TUNED  REFUSED  OPEN
            web     ecn          100          0    100        0     3

            """
        );
    }

    [Fact]
    public void Json_is_one_object_a_line_for_each_report()
    {
        var asked = 0;
        using var server = Serve(() => Counters(1000 * asked, ("web\n\e[2J", "ecn", (ulong)(100 * asked++), 0)));

        var lines = NeteditInProcess.Run("top", "-o", "json", "-n", "2", "--socket", Socket).Out.TrimEnd().Split('\n');

        lines.Length.ShouldBe(2);
        lines.ShouldAllBe(line => !line.Contains('\e', StringComparison.Ordinal));
        var first = JsonNode.Parse(lines[0])!["features"]![0]!;
        first["policy"]!.GetValue<string>().ShouldBe("web\n\e[2J");
        first["tunedPerSecond"]!.GetValue<double>().ShouldBe(100);
        first["open"]!.GetValue<long>().ShouldBe(3);
    }

    [Fact]
    public void An_agent_that_is_not_ready_ends_it_with_what_it_says()
    {
        using var server = new ControlServer(
            Socket,
            (_, _) => Task.FromResult(ControlResponse.Refuse("the first reconcile is not done")),
            TimeProvider.System
        );

        var result = NeteditInProcess.Run("top", "--socket", Socket);

        result.ExitCode.ShouldBe(ExitCode.Failed);
        result.Error.ShouldBe("netedit: the first reconcile is not done\n");
    }

    [Fact]
    public void Names_that_others_chose_drive_no_terminal() =>
        string.Join(
                '\n',
                TopVerb.Picture(TopReport.Between(Counters(0), Counters(1000, ("\e[2J\r\u202e", "e\nf", 1, 1))), 80)
            )
            .ShouldContain("\\u001b[2J\\u000d\\u202e  e\\u000af");

    [Fact]
    public void A_picture_writes_over_the_last_one_without_a_line_feed_at_its_end()
    {
        using var output = new StringWriter { NewLine = "\n" };
        using (var screen = new LiveScreen(new TerminalWriter(output, isForPeople: false, width: 80)))
        {
            screen.Show(["one \e", "two", "three"], height: 2);
        }

        output.ToString().ShouldBe("\e[?1049h\e[?25l\e[Hone \\u001b\e[K\ntwo\e[K\e[J\e[?25h\e[?1049l\e[?1l\e>");
    }

    [Theory]
    [InlineData("-d 0s", "1s to 1h")]
    [InlineData("-d 2h", "1s to 1h")]
    [InlineData("-d x", "1s to 1h")]
    [InlineData("-o yaml", "use one of: text, json")]
    public void A_wrong_command_line_says_what_is_right(string arguments, string message)
    {
        var result = NeteditInProcess.Run(["top", .. arguments.Split(' ')]);

        result.ExitCode.ShouldBe(ExitCode.Usage);
        result.Error.ShouldContain(message);
    }

    private static CountersReport Counters(
        long milliseconds,
        params (string Policy, string Feature, ulong Tuned, ulong Refused)[] features
    ) =>
        new(
            Noon,
            milliseconds,
            [
                .. features.Select(feature => new FeatureCounters(
                    feature.Policy,
                    feature.Feature,
                    feature.Tuned,
                    feature.Refused,
                    3
                )),
            ]
        );

    private ControlServer Serve(Func<CountersReport> counters) =>
        new(
            Socket,
            (request, _) =>
            {
                request.Command.ShouldBe("counters");
                return Task.FromResult(new ControlResponse(null, null) { Counters = counters() });
            },
            TimeProvider.System
        );
}
