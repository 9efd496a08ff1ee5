using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using NetEdit.Adapter;
using NetEdit.Agent.Control;
using NetEdit.Agent.Plugins;
using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.Agent.Cli;

/// <summary>Makes reports of the installed features.</summary>
internal static class FeaturesReports
{
    /// <summary>The installed features, with what this host supports of them.</summary>
    /// <param name="services">The parts of the verb.</param>
    /// <param name="console">Told when the host cannot be asked.</param>
    public static FeaturesReport Of(ServiceProvider services, CliConsole console)
    {
        var capabilities = Capabilities(services, console);
        var catalog = services.GetRequiredService<FeatureCatalog>();
        return new FeaturesReport(
            [
                .. catalog
                    .Names.Select(catalog.Find)
                    .OfType<ITuningFeature>()
                    .Select(feature => Describe(feature, capabilities)),
            ],
            [.. catalog.Problems.Select(problem => problem.ToString())]
        );
    }

    /// <summary>What the host can do; null, with a message, when it cannot be asked. The list is useful all the same.</summary>
    private static CapabilityReport? Capabilities(ServiceProvider services, CliConsole console)
    {
        try
        {
            return services.GetRequiredService<BpfAdapter>().Capabilities;
        }
        catch (BpfException exception)
        {
            console.Warn($"could not find out what this host supports: {exception.Message}");
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
}
