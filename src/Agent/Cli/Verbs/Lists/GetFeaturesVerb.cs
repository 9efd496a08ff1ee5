using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Control;

namespace NetEdit.Agent.Cli.Verbs.Lists;

/// <summary><c>netedit get features</c></summary>
internal sealed class GetFeaturesVerb : ListVerb<FeaturesReport>
{
    private readonly Argument<string[]> _names;

    public GetFeaturesVerb(CliConsole console)
        : this(console, GetVerb.Names("FEATURE", "Names of features; default: all")) { }

    private GetFeaturesVerb(CliConsole console, Argument<string[]> names)
        : base(console, "features", "List the installed features, and whether this host supports them", names)
    {
        _names = names;
        Aliases.Add("feature");
    }

    protected override JsonTypeInfo<FeaturesReport> Type => OutputJson.Readable.FeaturesReport;

    protected override TableColumn[] Headings(bool wide) =>
        wide
            ? ["FEATURE", "SUPPORTED", "VARIANTS", "PARAMETERS", TableColumn.Detail("SUMMARY")]
            : ["FEATURE", "SUPPORTED", TableColumn.Detail("SUMMARY")];

    protected override ImmutableArray<ListRow> Rows(FeaturesReport report, bool wide) =>
        [
            .. report.Features.Select(feature =>
            {
                var (word, paint) = FeatureText.Supported(feature);
                return wide
                    ? new ListRow(
                        feature.Name,
                        paint,
                        feature.Name,
                        word,
                        string.Join(',', feature.Variants.Select(variant => variant.Name)),
                        string.Join(',', feature.Parameters.Select(parameter => parameter.Name)),
                        feature.Summary
                    )
                    : new ListRow(feature.Name, paint, feature.Name, word, feature.Summary);
            }),
        ];

    protected override FeaturesReport Read(ParseResult arguments, HostReports reports, bool again)
    {
        using var services = Compose(Reading.Composition(arguments));
        var report = FeaturesReports.Of(services, Console);
        var names = arguments.GetValue(_names) ?? [];
        return report with
        {
            Features = KnownNames.Select("feature", names, report.Features, feature => feature.Name, again),
        };
    }
}
