using System.Collections.Immutable;
using System.Text.Json.Nodes;
using NetEdit.Agent.Cli;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Control;
using NetEdit.Model;

namespace NetEdit.Agent.Tests.Cli;

/// <summary>What <c>get</c> and <c>describe</c> make of the reports of an agent.</summary>
public sealed class GetTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Path => _directory.Combine("run", "agent.sock");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Policies_are_listed_and_the_wide_table_says_where_each_was_read()
    {
        using var server = Serve(() => Status());

        Get("policies")
            .ShouldBe(
                """
                POLICY  STATE    SCOPE  FEATURES      REASON
                web     Active   /web   initial-cwnd
                db      Waiting  /db                  scope-absent: there is no cgroup /db

                """
            );
        Get("policies", "-o", "wide")
            .ShouldBe(
                """
                POLICY  STATE    SCOPE  FEATURES      SOURCE    REASON
                web     Active   /web   initial-cwnd  a.yaml:1
                db      Waiting  /db                  a.yaml:9  scope-absent: there is no cgroup /db

                """
            );
        Get("policies", "-o", "name").ShouldBe("web\ndb\n");
        Get("policy", "db", "-o", "name").ShouldBe("db\n");
        JsonNode.Parse(Get("policies", "-o", "json"))!["policies"]![0]!["policy"]!.GetValue<string>().ShouldBe("web");
        Get("policies", "web", "-o", "yaml").ShouldStartWith("revision: abc\npolicies:\n- policy: web\n");
    }

    [Fact]
    public void A_name_that_does_not_exist_is_an_error_with_the_nearest_one()
    {
        using var server = Serve(() => Status());

        foreach (
            var (arguments, message) in ((string[], string)[])
                [
                    (["get", "policies", "wbe"], "no policy is named 'wbe'; did you mean 'web'?"),
                    (["describe", "policy", "wbe"], "no policy is named 'wbe'; did you mean 'web'?"),
                    (["get", "scopes", "/wbe"], "no scope is named '/wbe'; did you mean '/web'?"),
                ]
        )
        {
            var result = NeteditInProcess.Run([.. arguments, "--socket", Path]);

            result.ExitCode.ShouldBe(ExitCode.Failed);
            result.Error.ShouldBe($"netedit: {message}\n");
        }
    }

    [Fact]
    public void Scopes_are_the_cgroups_of_policies_and_of_chains()
    {
        using var server = Serve(() =>
            Status() with
            {
                Kernel = Kernel(
                    new ChainInfo("/web", ["initial-cwnd"], 3, 4, "d"),
                    new ChainInfo("/old", [], 5, 6, "d")
                ),
            }
        );

        Get("scopes", "-o", "wide")
            .ShouldBe(
                """
                SCOPE  POLICIES  FEATURES      LINK  PROGRAM
                /db2   db        no chain
                /old                           5     6
                /web   web       initial-cwnd  3     4

                """
            );
        Get("scopes", "-o", "name").ShouldBe("/db2\n/old\n/web\n");
    }

    [Fact]
    public void A_policy_is_described_as_explain_explains_it()
    {
        using var server = Serve(() => Status());

        NeteditInProcess
            .Run("describe", "policy", "web", "--socket", Path)
            .Out.ShouldBe(NeteditInProcess.Run("explain", "policy", "web", "--socket", Path).Out);
    }

    [Fact]
    public void A_feature_is_described_with_its_bounds_and_the_policies_that_name_it()
    {
        using var server = Serve(() => Status());

        var text = NeteditInProcess.Run("describe", "feature", "initial-cwnd", "--socket", Path).Out;

        text.ShouldStartWith("initial-cwnd: initial congestion window, for both ends of a connection\n\n  VARIANT ");
        text.ShouldContain("\n  PARAMETER  KIND ");
        text.ShouldEndWith("\n  POLICY  STATE   VARIANT  VALUES\n  web     Active  bpf      { segments: 40 }\n");
    }

    [Fact]
    public void Features_are_listed_one_a_line()
    {
        var result = NeteditInProcess.Run("get", "features", "-o", "name");

        result.Out.Split('\n').ShouldContain("receive-window");
        NeteditInProcess
            .Run("get", "features", "ecn")
            .Out.ShouldMatch("^FEATURE +SUPPORTED +SUMMARY\necn +[a-z?]+ +ECN.*\n$");
    }

    [Fact]
    public void A_watch_prints_what_changes_until_nobody_reads()
    {
        var asked = 0;
        using var server = Serve(() =>
            Interlocked.Increment(ref asked) switch
            {
                1 => Status(),
                2 => Status(PolicyState.Degraded),
                _ => Status() with { Policies = [] },
            }
        );
        using var output = new ClosingWriter("gone");
        using var error = new StringWriter();

        var exitCode = CommandLine.Run(
            ["get", "policies", "web", "-w", "--socket", Path],
            new CliConsole(output, error, colorOut: false, colorError: false)
        );

        output
            .ToString()
            .ShouldBe(
                """
                POLICY  STATE   SCOPE  FEATURES
                web     Active  /web   initial-cwnd
                web     Degraded  /web   initial-cwnd
                web     gone
                """
            );
        exitCode.ShouldBe(ExitCode.Failed);
        error.ToString().ShouldContain("Broken pipe");
    }

    [Fact]
    public void Changes_of_a_list_are_what_is_new_differs_or_is_gone()
    {
        ImmutableArray<ListRow> before = [new("a", null, "a", "1"), new("b", null, "b", "1"), new("c", null, "c", "1")];
        ImmutableArray<ListRow> now =
        [
            new("a", Paint.Good, "a", "1"),
            new("b", null, "b", "2"),
            new("d", null, "d", "1"),
        ];

        ListRow.Changes(before, now).Select(row => string.Join(' ', row.Cells)).ShouldBe(["b 2", "d 1", "c gone"]);
        ListRow.Changes(now, now).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("get", "Required command was not provided.")]
    [InlineData("get polices", "Did you mean 'policies'?")]
    [InlineData("get policies -o xml", "use one of: table, wide, json, yaml, name")]
    [InlineData("get connections web", "'web' is not a valid end of a connection")]
    [InlineData("describe policy", "Required argument 'NAME' missing")]
    public void A_wrong_command_line_says_what_is_right(string arguments, string message)
    {
        var result = NeteditInProcess.Run(arguments.Split(' '));

        result.ExitCode.ShouldBe(ExitCode.Usage);
        result.Error.ShouldContain(message);
    }

    private string Get(params string[] arguments)
    {
        var result = NeteditInProcess.Run(["get", .. arguments, "--socket", Path]);
        result.Error.ShouldBeEmpty();
        result.ExitCode.ShouldBe(ExitCode.Ok);
        return result.Out;
    }

    private ControlServer Serve(Func<StatusReport> status) =>
        new(Path, (_, _) => Task.FromResult(new ControlResponse(status(), null)), TimeProvider.System);

    private static StatusReport Status(PolicyState state = PolicyState.Active) =>
        new()
        {
            Ledger = "netedit",
            Agent = new AgentInfo(7, "1.2.3", DateTimeOffset.UnixEpoch, "/etc/netedit/policies"),
            Revision = "abc",
            Policies =
            [
                new PolicyDecision(
                    "web",
                    "a.yaml:1",
                    "/web",
                    state,
                    new Reason(ReasonCodes.None, ""),
                    [new FeatureDecision("initial-cwnd", state, "bpf", "{ segments: 40 }", [], [])]
                )
                {
                    Scopes = ["/web"],
                },
                new PolicyDecision(
                    "db",
                    "a.yaml:9",
                    "/db",
                    PolicyState.Waiting,
                    new Reason(ReasonCodes.ScopeAbsent, "there is no cgroup /db"),
                    []
                )
                {
                    Scopes = ["/db2"],
                },
            ],
            Kernel = Kernel(new ChainInfo("/web", ["initial-cwnd"], 3, 4, "d")),
        };

    private static KernelReport Kernel(params ImmutableArray<ChainInfo> chains) =>
        new(false, [], chains, [], 0, 0, 0, [], [], []);

    /// <summary>A pipe whose reader ends after a line with a given text.</summary>
    private sealed class ClosingWriter(string last) : StringWriter
    {
        private bool _isClosed;

        public override void Write(string? value)
        {
            base.Write(value);
            _isClosed |= value?.Contains(last, StringComparison.Ordinal) == true;
            if (_isClosed)
            {
                throw new IOException("Broken pipe");
            }
        }
    }
}
