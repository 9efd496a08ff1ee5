using Microsoft.Extensions.Time.Testing;
using NetEdit.Agent.Cli;
using NetEdit.Agent.Daemon;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;

namespace NetEdit.Agent.Tests.Daemon;

public sealed class AgentLogTests : IDisposable
{
    private readonly StringWriter _output = new() { NewLine = "\n" };

    public void Dispose() => _output.Dispose();

    [Fact]
    public void A_line_has_time_level_message_and_fields()
    {
        Log(LogFormat.Text)
            .Write(LogLevel.Warning, "policy\nDegraded", ("policy", "web"), ("text", "a \"b\"\nc"), ("empty", ""));

        _output
            .ToString()
            .ShouldBe("1970-01-01T00:00:00.000Z warn  policy Degraded policy=web text=\"a 'b' c\" empty=\"\"\n");
    }

    [Fact]
    public void Names_that_others_chose_make_no_lines_and_drive_no_terminal()
    {
        Log(LogFormat.Text).Write(LogLevel.Info, "a\r\u202eb", ("scope", "/x\r\u001b[2J"));
        Log(LogFormat.Json).Write(LogLevel.Info, "a\r\u202eb", ("scope", "/x\r\u001b[2J"));

        _output
            .ToString()
            .ShouldBe(
                """
                1970-01-01T00:00:00.000Z info  a\u000d\u202eb scope="/x\u000d\u001b[2J"
                {"time":"1970-01-01T00:00:00.000Z","level":"info","message":"a\r\u202Eb","scope":"/x\r\u001B[2J"}

                """
            );
    }

    [Theory]
    [InlineData(nameof(LogLevel.Info), "<6>")]
    [InlineData(nameof(LogLevel.Warning), "<4>")]
    [InlineData(nameof(LogLevel.Error), "<3>")]
    public void For_the_journal_a_line_begins_with_its_priority_and_has_no_time(string level, string priority)
    {
        Log(LogFormat.Journal).Write(Enum.Parse<LogLevel>(level), "policy Active", ("policy", "web"));

        _output.ToString().ShouldBe(priority + "policy Active policy=web\n");
    }

    [Fact]
    public void Without_policies_the_log_says_that_nothing_is_tuned()
    {
        new PassLog(Log(LogFormat.Journal)).Write(Report());

        _output
            .ToString()
            .ShouldContain("<6>no policies: nothing is tuned until the policy directory has one revision=0123");
    }

    [Fact]
    public void Json_is_one_object_a_line()
    {
        Log(LogFormat.Json).Write(LogLevel.Error, "failed", ("reason", "a\nb"));

        _output
            .ToString()
            .ShouldBe(
                """{"time":"1970-01-01T00:00:00.000Z","level":"error","message":"failed","reason":"a\nb"}""" + "\n"
            );
    }

    [Fact]
    public void A_pass_that_repeats_the_last_one_logs_nothing()
    {
        var log = new PassLog(Log(LogFormat.Text));
        var report = Report(
            new PolicyDecision("web", "a.yaml:1", "/", PolicyState.Active, new Reason(ReasonCodes.None, ""), [])
        );
        log.Write(report);
        var first = _output.ToString();
        first.ShouldContain("policy=web");

        log.Write(report);
        _output.ToString().ShouldBe(first);

        log.Write(
            report with
            {
                Policies =
                [
                    report.Policies[0] with
                    {
                        State = PolicyState.Waiting,
                        Reason = new Reason(ReasonCodes.ScopeAbsent, "no cgroup /a"),
                    },
                ],
            }
        );
        _output
            .ToString()[first.Length..]
            .ShouldBe(
                "1970-01-01T00:00:00.000Z info  policy Waiting policy=web scope=/ reason=scope-absent "
                    + "text=\"no cgroup /a\"\n"
            );

        var second = _output.ToString();
        log.Write(report with { Policies = [] });
        _output.ToString()[second.Length..].ShouldContain("policy removed policy=web\n");
    }

    private static ReconcileReport Report(params PolicyDecision[] policies) =>
        new()
        {
            Trigger = "interval",
            StartedAt = DateTimeOffset.UnixEpoch,
            Result = ReconcileResult.Unchanged,
            Converged = true,
            Revision = "0123456789abcdef",
            Policies = [.. policies],
        };

    private AgentLog Log(LogFormat format) =>
        new(new TerminalWriter(_output, isForPeople: true), format, new FakeTimeProvider(DateTimeOffset.UnixEpoch));
}
