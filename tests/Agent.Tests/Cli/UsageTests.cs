using System.CommandLine;
using NetEdit.Agent.Cli;

namespace NetEdit.Agent.Tests.Cli;

public sealed class UsageTests
{
    [Theory]
    [InlineData("", "A verb is missing after netedit.")]
    [InlineData("plna", "Did you mean 'plan'?")]
    [InlineData("plan", "Option '--policies' is required.")]
    [InlineData("plan --polices x", "Did you mean '--policies'?")]
    [InlineData("plan --policies", "Try 'netedit plan --help'.")]
    [InlineData("agent -f -", "give a directory or a file, not -.")]
    [InlineData("plan /?", "Unrecognized command or argument '/?'.")]
    [InlineData("plan /h", "Unrecognized command or argument '/h'.")]
    [InlineData("version -o xml", "use one of: table, json, yaml")]
    [InlineData("version extra", "Unrecognized command or argument 'extra'.")]
    [InlineData("status --ledger ../x", "letters, digits")]
    [InlineData("agent --policies x --listen 0.0.0.0:9417", "not on loopback")]
    [InlineData("agent --policies x --listen nonsense", "such as 127.0.0.1:9417")]
    [InlineData("agent --policies x --interval 0s", "1s to 1h")]
    [InlineData("agent --policies x --interval 2h", "1s to 1h")]
    [InlineData("agent --policies x --log-format xml", "text, json")]
    [InlineData("completion tcsh", "bash, zsh, fish")]
    [InlineData("validate", "Required argument 'PATH' missing")]
    [InlineData("pause feature dctcp now", "Unrecognized command or argument 'now'.")]
    [InlineData("explain policy", "Required argument 'NAME' missing")]
    [InlineData("explain connection", "Give exactly one of: an end such as 10.0.0.2:443, --pid PID, or --all.")]
    [InlineData(
        "explain connection 443 --all",
        "Give exactly one of: an end such as 10.0.0.2:443, --pid PID, or --all."
    )]
    [InlineData(
        "explain connection web",
        "'web' is not a valid end of a connection; write 10.0.0.2:443, [::1]:443, an address, or a port."
    )]
    [InlineData("explain connection web", "Try 'netedit explain connection --help'.")]
    [InlineData("@/etc/passwd", "not a verb or option")]
    public void A_wrong_command_line_exits_64_and_says_what_is_wrong(string arguments, string message)
    {
        var result = NeteditInProcess.Run(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        result.ExitCode.ShouldBe(ExitCode.Usage);
        result.Error.ShouldContain(message);
        result.Error.ShouldContain("--help'.");
        result.Out.ShouldBeEmpty();
    }

    [Fact]
    public void Help_is_data_and_lists_every_verb()
    {
        var result = NeteditInProcess.Run("--help");

        result.ExitCode.ShouldBe(ExitCode.Ok);
        result.Error.ShouldBeEmpty();
        foreach (
            var verb in (string[])
                [
                    "agent",
                    "validate",
                    "plan",
                    "apply",
                    "status",
                    "features",
                    "capabilities",
                    "explain",
                    "pause",
                    "resume",
                    "retry",
                    "gc",
                    "uninstall",
                    "schema",
                    "completion",
                    "version",
                ]
        )
        {
            result.Out.ShouldContain($"\n  {verb} ");
            NeteditInProcess.Run(verb, "--help").ExitCode.ShouldBe(ExitCode.Ok);
        }

        result.Out.ShouldNotContain("/?");
        result.Out.ShouldNotContain("docs");
    }

    /// <summary>Whoever copies an example gets a command line that is right, and every verb has one.</summary>
    [Fact]
    public void Every_verb_has_examples_that_are_valid_command_lines()
    {
        using var output = new StringWriter();
        var root = CommandTree.Create(new CliConsole(output, output, colorOut: false, colorError: false));
        foreach (var verb in Leaves(root))
        {
            var examples = Examples.Of(verb);
            examples.ShouldNotBeEmpty(verb.Name);
            foreach (var example in examples)
            {
                var words = example[example.IndexOf("netedit ", StringComparison.Ordinal)..]
                    .Split((char[])['|', '>', '<', ')'])[0];
                var result = root.Parse(words["netedit ".Length..]);
                result.Errors.ShouldBeEmpty(example);
                result.CommandResult.Command.ShouldBeSameAs(verb, example);
            }
        }

        NeteditInProcess
            .Run("get", "policies", "--help")
            .Out.ShouldContain("\nExamples:\n  netedit get policies\n  netedit get policies web db -o wide\n");
    }

    [Fact]
    public void The_version_comes_in_every_form()
    {
        NeteditInProcess.Run("version").Out.ShouldMatch(@"^netedit \d+\.\d+\.\d+\S* \(\.NET 10\S*, Linux \S+\)\n$");
        NeteditInProcess.Run("version", "-o", "json").Out.ShouldStartWith("{\n  \"version\": \"");
        NeteditInProcess.Run("version", "-o", "yaml").Out.ShouldStartWith("version: ");
    }

    [Fact]
    public void Without_an_agent_what_needs_one_exits_4_and_says_how_to_start_one()
    {
        foreach (
            var arguments in (string[][])
                [
                    ["status", "--agent"],
                    ["explain"],
                    ["explain", "policy", "web"],
                ]
        )
        {
            var result = NeteditInProcess.Run([.. arguments, "--socket", "/nowhere/agent.sock"]);

            result.ExitCode.ShouldBe(ExitCode.AgentUnreachable);
            result.Error.ShouldStartWith("netedit: no agent answers on /nowhere/agent.sock; start one");
        }
    }

    private static IEnumerable<Command> Leaves(Command command) =>
        command.Subcommands.Where(verb => !verb.Hidden).SelectMany(Leaves).ToList() is { Count: > 0 } leaves
            ? command is Verb
                ? [command, .. leaves]
                : leaves
            : [command];
}
