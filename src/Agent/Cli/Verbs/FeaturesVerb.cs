using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using NetEdit.Adapter;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Control;
using NetEdit.Agent.Plugins;
using NetEdit.Features;
using NetEdit.Model;

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
        var capabilities = Capabilities(services);
        var catalog = services.GetRequiredService<FeatureCatalog>();
        var features = catalog
            .Names.Select(catalog.Find)
            .OfType<ITuningFeature>()
            .Select(feature => Describe(feature, capabilities))
            .ToImmutableArray();
        var report = new FeaturesReport(features, [.. catalog.Problems.Select(problem => problem.ToString())]);
        Console.Write(
            _output.Get(arguments),
            report,
            OutputJson.Readable.FeaturesReport,
            output => Write(output, features, Console.ColorOut)
        );
        return ExitCode.Ok;
    }

    /// <summary>What the host can do; null, with a message, when it cannot be asked. The list is useful all the same.</summary>
    private CapabilityReport? Capabilities(ServiceProvider services)
    {
        try
        {
            return services.GetRequiredService<BpfAdapter>().Capabilities;
        }
        catch (BpfException exception)
        {
            Console.Warn($"could not find out what this host supports: {exception.Message}");
            return null;
        }
    }

    private static FeatureInfo Describe(ITuningFeature feature, CapabilityReport? capabilities) =>
        new(
            feature.Name,
            feature.Summary,
            [
                .. feature.Variants.Select(variant =>
                {
                    ImmutableArray<string> requires = [.. variant.AllRequirements];
                    var missing = capabilities is null ? [] : requires.RemoveAll(capabilities.Has);
                    return new VariantInfo(
                        variant.Name,
                        capabilities is null ? null : missing.IsEmpty,
                        requires,
                        missing
                    );
                }),
            ],
            [
                .. feature.Parameters.Select(parameter => new ParameterInfo(
                    parameter.Name,
                    parameter.Kind.ToString().ToLowerInvariant(),
                    Value(parameter, parameter.Minimum),
                    Value(parameter, parameter.Maximum),
                    parameter.Required,
                    parameter.Description
                )),
            ]
        );

    /// <summary>A bound as a policy would write it: <c>64KiB</c>, <c>5ms</c>, <c>10Gbit</c>.</summary>
    internal static string Value(ParameterSpec parameter, long value) =>
        parameter.Kind switch
        {
            ParameterKind.Choice => parameter.Choices[(int)value],
            ParameterKind.Bytes => Scaled(value, 1024, "B", "KiB", "MiB", "GiB"),
            ParameterKind.Duration => Scaled(value, 1000, "us", "ms", "s"),
            ParameterKind.Rate => Scaled(value, 1000, "bit", "kbit", "Mbit", "Gbit"),
            _ => value.ToString(CultureInfo.InvariantCulture),
        };

    private static string Scaled(long value, int step, params ReadOnlySpan<string> units)
    {
        var unit = 0;
        while (unit < units.Length - 1 && value != 0 && value % step == 0)
        {
            value /= step;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{value}{units[unit]}");
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

        var table = new Table("FEATURE", "VARIANT", "SUPPORTED", "SUMMARY");
        foreach (var feature in features)
        {
            var name = feature.Name;
            foreach (var variant in feature.Variants)
            {
                table.Add(
                    variant.Supported switch
                    {
                        true => Paint.Good,
                        false => Paint.Warning,
                        null => null,
                    },
                    name,
                    variant.Name,
                    variant.Supported switch
                    {
                        true => "yes",
                        false => "no: lacks " + string.Join(", ", variant.Missing),
                        null => "?",
                    },
                    name.Length > 0 ? feature.Summary : ""
                );
                name = "";
            }
        }

        table.Write(output, color);
        var parameters = new Table("FEATURE", "PARAMETER", "KIND", "FROM", "TO", "REQUIRED", "SETS");
        foreach (var feature in features)
        {
            foreach (var parameter in feature.Parameters)
            {
                parameters.Add(
                    feature.Name,
                    parameter.Name,
                    parameter.Kind,
                    parameter.Minimum,
                    parameter.Maximum,
                    parameter.Required ? "yes" : "no",
                    parameter.Description
                );
            }
        }

        if (!parameters.IsEmpty)
        {
            output.WriteLine();
            parameters.Write(output, color);
        }
    }
}
