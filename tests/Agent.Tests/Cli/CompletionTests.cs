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
    public void Bash_completes(string line, int word, string expected)
    {
        var script =
            NeteditInProcess.Run("completion", "bash").Out
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
        reply.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldContain(expected);
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
