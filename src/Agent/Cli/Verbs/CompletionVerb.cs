using System.CommandLine;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary><c>netedit completion</c></summary>
internal sealed class CompletionVerb : Verb
{
    private readonly Argument<string> _shell = new("SHELL") { Description = "bash, zsh or fish" };

    public CompletionVerb(CliConsole console)
        : base(console, "completion", "Print a completion script; for bash: source <(netedit completion bash)")
    {
        _shell.CompletionSources.Add("bash", "zsh", "fish");
        _shell.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is not ("bash" or "zsh" or "fish"))
            {
                result.AddError(
                    $"'{result.GetValueOrDefault<string>()}' is not a supported shell; use one of: bash, "
                        + $"zsh, fish."
                );
            }
        });
        Arguments.Add(_shell);
    }

    protected override int Run(ParseResult arguments)
    {
        var root = arguments.RootCommandResult.Command;
        Console.Out.Write(
            arguments.GetRequiredValue(_shell) switch
            {
                "bash" => CompletionScript.Bash(root),
                "zsh" => CompletionScript.Zsh(root),
                _ => CompletionScript.Fish(root),
            }
        );
        return ExitCode.Ok;
    }
}
