using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Reads <c>spec.tuning</c>.</summary>
internal sealed partial class TuningReader(FileErrors errors, IFeatureCatalog catalog)
{
    /// <summary>Reads the features and their parameters into a policy. A feature that is not installed has no values; <see cref="UnknownFeature"/> says so.</summary>
    /// <param name="map">The mapping of features.</param>
    /// <param name="policy">The policy without them.</param>
    public Policy Read(YamlMap map, Policy policy)
    {
        var tuning = ImmutableSortedDictionary.CreateBuilder<string, ParameterValues?>(StringComparer.Ordinal);
        var sources = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var owners = new List<(string Feature, ImmutableArray<Knob> Knobs)>();
        if (map.Entries.Count == 0)
        {
            errors.Add(map, "spec.tuning names no feature");
        }

        foreach (var (key, value) in Fields.Distinct(map, errors))
        {
            if (key.Text.Length > FeatureLimits.NameLength || !FeaturePattern().IsMatch(key.Text))
            {
                errors.Add(
                    key,
                    $"{Printable.Quote(key.Text)} is not a valid feature name; names are lower case "
                        + $"words joined by hyphens, at most {FeatureLimits.NameLength} "
                        + $"characters{Suggestion.For(key.Text, catalog.Names)}"
                );
                continue;
            }

            if (value is not YamlMap and not YamlRefused && !value.IsNull)
            {
                errors.Add(value, $"spec.tuning.{key.Text} must be a mapping of parameters, as in {{}}");
                continue;
            }

            tuning[key.Text] = null;
            sources[key.Text] = string.Create(CultureInfo.InvariantCulture, $"{errors.File}:{key.Line}:{key.Column}");
            if (catalog.Find(key.Text) is { } feature)
            {
                var values = ReadValues(feature, value as YamlMap ?? new YamlMap([], value.Line, value.Column));
                tuning[key.Text] = values;
                owners.Add((key.Text, KnobRules.Of(feature, values)));
                foreach (var (other, knobs) in owners[..^1])
                {
                    if (KnobRules.Clash(knobs, owners[^1].Knobs) is { } knob)
                    {
                        errors.Add(
                            key,
                            $"spec.tuning.{other} and spec.tuning.{key.Text} both set {knob} on the "
                                + $"same connections; keep only one of them"
                        );
                    }
                }
            }
        }

        return policy with
        {
            Tuning = tuning.ToImmutable(),
            TuningSources = sources.ToImmutable(),
        };
    }

    private ParameterValues ReadValues(ITuningFeature feature, YamlMap map)
    {
        var path = $"spec.tuning.{feature.Name}";
        var errorsBefore = errors.Count;
        var fields = new Fields(map, path, [.. feature.Parameters.Select(spec => spec.Name)], errors);
        var numbers = new List<KeyValuePair<string, long>>();
        var texts = new List<KeyValuePair<string, string>>();
        foreach (var spec in feature.Parameters)
        {
            if (fields.Scalar(spec.Name, spec.Required) is not { } scalar)
            {
                continue;
            }

            if (Check(spec, scalar, out var number) is { } error)
            {
                errors.Add(scalar, $"{path}.{spec.Name} {error}");
            }
            else if (spec.Kind == ParameterKind.Text)
            {
                texts.Add(new(spec.Name, scalar.Text));
            }
            else
            {
                numbers.Add(new(spec.Name, number));
            }
        }

        var values = new ParameterValues(numbers, texts);
        if (errors.Count == errorsBefore)
        {
            Validate(feature, values, map, path);
        }

        return values;
    }

    private void Validate(ITuningFeature feature, ParameterValues values, YamlMap map, string path)
    {
        try
        {
            foreach (var error in feature.Validate(values))
            {
                errors.Add(map, $"{path}: {error}");
            }
        }
#pragma warning disable CA1031 // A plugin's code may throw anything.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            errors.Add(
                map,
                $"{path} cannot be checked: the code of {feature.Name} threw {exception.GetType().Name}: "
                    + $"{exception.Message}"
            );
        }
    }

    private static string? Check(ParameterSpec spec, YamlScalar scalar, out long number)
    {
        number = 0;
        if (spec.Kind == ParameterKind.Text)
        {
            return
                scalar.Text.Length >= spec.Minimum
                && scalar.Text.Length <= spec.Maximum
                && Printable.IsPrintable(scalar.Text)
                ? null
                : $"{Printable.Quote(scalar.Text)} must be one line of {spec.Minimum} to {spec.Maximum} characters";
        }

        if (spec.Kind == ParameterKind.Choice)
        {
            number = spec.Choices.IndexOf(scalar.Text, StringComparer.Ordinal);
            return number >= 0
                ? null
                : $"{Printable.Quote(scalar.Text)} must be "
                    + $"{string.Join(" or ", spec.Choices)}{Suggestion.For(scalar.Text, spec.Choices)}";
        }

        if (spec.Kind == ParameterKind.Count && !scalar.IsPlain)
        {
            return $"{Printable.Quote(scalar.Text)} must be a whole number without quotes";
        }

        return Quantity.TryParse(spec, scalar.Text, out number, out var error) ? null : error;
    }

    [GeneratedRegex(
        "^[a-z0-9]+(-[a-z0-9]+)*\\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex FeaturePattern();
}
