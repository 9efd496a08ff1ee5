using System.Diagnostics;
using NetEdit.Agent.Cli;

namespace NetEdit.Agent.Tests.Cli;

public sealed class CompletionTests
{
    [Theory]
    [InlineData("netedit pl", 1, "plan")]
    [InlineData("netedit plan --pol", 2, "--policies")]
    [InlineData("netedit plan -o y", 3, "yaml")]
    [InlineData("netedit completion f", 2, "fish")]
    [InlineData("netedit explain pol", 2, "policy")]
    [InlineData("netedit agent --log-format j", 3, "json")]
    public void Bash_completes(string line, int word, string expected) =>
        Complete("", line, word).ShouldContain(expected);

    private static string[] Complete(string names, string line, int word)
    {
        var script =
            names
            + NeteditInProcess.Run("completion", "bash").Out
            + $"\nCOMP_WORDS=({line}); COMP_CWORD={word}; cd /; _netedit; printf '%s\\n' \"${{COMPREPLY[@]}}\"\n";

        using var bash = Process.Start(
            new ProcessStartInfo("bash", ["--norc", "-c", script])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var reply = bash.StandardOutput.ReadToEnd();
        bash.StandardError.ReadToEnd().ShouldBeEmpty();
        return reply.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The names of cgroups are others': a shell that expanded one would run what it says.</summary>
    [Theory]
    [InlineData("netedit describe policy w", 3, "web")]
    [InlineData("netedit get policies ''", 3, "web|db")]
    [InlineData("netedit get scopes /", 3, "/a$(touch /tmp/x)b|/w eb")]
    [InlineData("netedit compare d", 2, "db")]
    [InlineData("netedit pause e", 2, "ecn")]
    [InlineData("netedit describe policy --led", 3, "")]
    public void Bash_completes_names_that_exist_and_expands_none(string line, int word, string expected)
    {
        const string Names = """
            netedit() {
                case "$*" in
                    'get policies -o name') printf '%s\n' web db ;;
                    'get features -o name') printf '%s\n' ecn dctcp ;;
                    'get scopes -o name') printf '%s\n' '/a$(touch /tmp/x)b' '/w eb' ;;
                esac
            }

            """;
        string[] names = [.. Complete(Names, line, word).Where(name => !name.StartsWith('-'))];

        names.ShouldBe(expected.Split('|', StringSplitOptions.RemoveEmptyEntries), ignoreOrder: false);
    }

    [Theory]
    [InlineData("zsh", "#compdef netedit")]
    [InlineData("fish", "complete -c netedit -n __fish_use_subcommand -f -a plan")]
    public void Other_shells_get_a_script_of_their_own(string shell, string expected)
    {
        var result = NeteditInProcess.Run("completion", shell);

        result.ExitCode.ShouldBe(ExitCode.Ok);
        result.Out.ShouldContain(expected);
        result.Out.ShouldContain("policies");
        result.Out.ShouldNotContain("docs");
    }
}
