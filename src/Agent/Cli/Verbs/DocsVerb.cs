using System.CommandLine;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary><c>netedit docs</c>: writes the reference pages of <c>docs/</c>; a test fails when they are stale.</summary>
internal sealed class DocsVerb : Verb
{
    private readonly Argument<string> _page = new("PAGE") { Description = "cli or metrics" };

    public DocsVerb(CliConsole console)
        : base(console, "docs", "Print a page of the reference documentation")
    {
        Hidden = true;
        _page.CompletionSources.Add("cli", "metrics");
        _page.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is not ("cli" or "metrics"))
            {
                result.AddError($"'{result.GetValueOrDefault<string>()}' is none of: cli, metrics.");
            }
        });
        Arguments.Add(_page);
    }

    protected override int Run(ParseResult arguments)
    {
        Console.Out.Write(string.Equals(arguments.GetRequiredValue(_page), "cli", StringComparison.Ordinal)
            ? ReferencePages.Cli(arguments.RootCommandResult.Command)
            : ReferencePages.Metrics());
        return ExitCode.Ok;
    }
}
