using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>A feature's values as a policy writes them.</summary>
internal static class ValuesText
{
    /// <summary><c>initial: 256KiB, clamp: 4MiB</c>, in the order in which the feature documents its parameters.</summary>
    public static string Format(ITuningFeature feature, ParameterValues values) =>
        string.Join(", ", feature.Parameters.Select(spec => Format(spec, values)).OfType<string>());

    private static string? Format(ParameterSpec spec, ParameterValues values) =>
        spec.Kind == ParameterKind.Text
            ? values.Text(spec.Name) is { } text
                ? $"{spec.Name}: {YamlText.Quote(text)}"
                : null
            : values.Number(spec.Name) is { } number
                ? $"{spec.Name}: "
                    + (
                        spec.Kind == ParameterKind.Choice
                            ? spec.Choices[(int)number]
                            : Quantity.Format(spec.Kind, number)
                    )
                : null;
}
