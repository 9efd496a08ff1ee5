using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using NetEdit.Agent.Plugins;
using NetEdit.Features;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary>
/// <c>netedit docs</c>: writes the reference pages of <c>docs/</c> and the README's table of features, which a test compares, and the
/// manual pages of packages.
/// </summary>
internal sealed class DocsVerb : Verb
{
    private const string Man = "man";
    private static readonly string[] Pages = ["cli", "metrics", "features", Man];

    private readonly Argument<string> _page = new("PAGE") { Description = "cli, metrics, features or man" };
    private readonly Argument<string?> _directory = new("DIR")
    {
        Description = "Where to write the manual pages; only for man",
        Arity = ArgumentArity.ZeroOrOne,
    };

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
        Arguments.Add(_directory);
        Validators.Add(result =>
        {
            if (
                result.GetResult(_page)?.Tokens is [var page, ..]
                && (page.Value == Man) != (result.GetResult(_directory)?.Tokens.Count > 0)
            )
            {
                result.AddError("'man' needs a directory, as in netedit docs man DIR; other pages are printed.");
            }
        });
    }

    protected override int Run(ParseResult arguments)
    {
        var root = arguments.RootCommandResult.Command;
        if (arguments.GetValue(_directory) is { } directory)
        {
            WriteManual(root, directory);
            return ExitCode.Ok;
        }

        Console.Out.Write(
            arguments.GetRequiredValue(_page) switch
            {
                "cli" => ReferencePages.Cli(root),
                "metrics" => ReferencePages.Metrics(),
                _ => Features(),
            }
        );
        return ExitCode.Ok;
    }

    /// <summary>Writes the pages with the date that reproducible builds give, or none.</summary>
    private static void WriteManual(Command root, string directory)
    {
        var date = long.TryParse(
            Environment.GetEnvironmentVariable("SOURCE_DATE_EPOCH"),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var seconds
        )
            ? DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : "";
        Directory.CreateDirectory(directory);
        foreach (var (file, text) in ManPages.All(root, date))
        {
            File.WriteAllText(Path.Combine(directory, file), text);
        }
    }

    private string Features()
    {
        using var services = Compose(new CompositionOptions("netedit", [], []));
        var catalog = services.GetRequiredService<FeatureCatalog>();
        return ReferencePages.Features(catalog.Names.Select(catalog.Find).OfType<ITuningFeature>());
    }
}
