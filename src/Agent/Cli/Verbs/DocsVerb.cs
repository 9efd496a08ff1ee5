using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using NetEdit.Agent.Plugins;
using NetEdit.Features;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary><c>netedit docs</c>: writes the reference pages of <c>docs/</c> and the README's table of features; a test fails when they are stale.</summary>
internal sealed class DocsVerb : Verb
{
    private static readonly string[] Pages = ["cli", "metrics", "features"];

    private readonly Argument<string> _page = new("PAGE") { Description = "cli, metrics or features" };

    public DocsVerb(CliConsole console)
        : base(console, "docs", "Print a page of the reference documentation")
    {
        Hidden = true;
        _page.CompletionSources.Add(Pages);
        _page.Validators.Add(result =>
        {
            if (!Pages.Contains(result.GetValueOrDefault<string>()))
            {
                result.AddError(
                    $"'{result.GetValueOrDefault<string>()}' is not a page; use one of: "
                        + $"{string.Join(", ", Pages)}."
                );
            }
        });
        Arguments.Add(_page);
    }

    protected override int Run(ParseResult arguments)
    {
        Console.Out.Write(
            arguments.GetRequiredValue(_page) switch
            {
                "cli" => ReferencePages.Cli(arguments.RootCommandResult.Command),
                "metrics" => ReferencePages.Metrics(),
                _ => Features(),
            }
        );
        return ExitCode.Ok;
    }

    private string Features()
    {
        using var services = Compose(new CompositionOptions("netedit", [], []));
        var catalog = services.GetRequiredService<FeatureCatalog>();
        return ReferencePages.Features(catalog.Names.Select(catalog.Find).OfType<ITuningFeature>());
    }
}
