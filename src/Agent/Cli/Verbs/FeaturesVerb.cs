using System.Collections.Immutable;
using System.CommandLine;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Control;
using NetEdit.Agent.Plugins;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary><c>netedit features</c></summary>
internal sealed class FeaturesVerb : Verb
{
    private readonly ChoiceOption<OutputFormat> _output = OutputExtensions.CreateOption();
    private readonly Option<string> _ledger = CommonOptions.Ledger();
    private readonly Option<string[]> _features = CommonOptions.Features();

    public FeaturesVerb(CliConsole console)
        : base(
            console,
            "features",
            "List the installed features, their parameters, and which variants this host supports"
        )
    {
        Options.Add(_output);
        Options.Add(_ledger);
        Options.Add(_features);
    }

    protected override int Run(ParseResult arguments)
    {
        using var services = Compose(
            new CompositionOptions(arguments.GetRequiredValue(_ledger), arguments.GetValue(_features) ?? [], [])
        );
        var report = FeaturesReports.Of(services, Console);
        Console.Write(
            _output.Get(arguments),
            report,
            OutputJson.Readable.FeaturesReport,
            output => Write(output, report.Features, Console.ColorOut)
        );
        return ExitCode.Ok;
    }

    private static void Write(TextWriter output, ImmutableArray<FeatureInfo> features, bool color)
    {
        if (features.IsEmpty)
        {
            output.WriteLine(
                $"no features are installed; netedit looks for them in "
                    + $"{FeatureCatalog.BuiltInDirectory} and in each --features DIR"
            );
            return;
        }

        var table = new Table("FEATURE", "VARIANT", TableColumn.Detail("SUPPORTED"), TableColumn.Detail("SUMMARY"));
        foreach (var feature in features)
        {
            var name = feature.Name;
            foreach (var variant in feature.Variants)
            {
                var (supported, paint) = FeatureText.Supported(variant);
                table.Add(paint, name, variant.Name, supported, name.Length > 0 ? feature.Summary : "");
                name = "";
            }
        }

        table.Write(output, color);
        var parameters = FeatureText.Parameters(features, withFeature: true);
        if (!parameters.IsEmpty)
        {
            output.WriteLine();
            parameters.Write(output, color);
        }
    }
}
