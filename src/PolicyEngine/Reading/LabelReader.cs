using System.Collections.Immutable;
using System.Text.RegularExpressions;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Reads labels.</summary>
internal static partial class LabelReader
{
    /// <summary>Reads a mapping of labels.</summary>
    public static ImmutableSortedDictionary<string, string> Read(YamlMap map, FileErrors errors)
    {
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in Fields.Distinct(map, errors))
        {
            CheckKey(key, errors);
            if (ReadValue(value, errors) is { } text)
            {
                labels[key.Text] = text;
            }
        }

        return labels.ToImmutable();
    }

    /// <summary>Reports a key that is none.</summary>
    public static void CheckKey(YamlScalar key, FileErrors errors)
    {
        if (key.Text.Length > PolicyLimits.LabelLength || !KeyPattern().IsMatch(key.Text))
        {
            errors.Add(
                key,
                $"{Printable.Quote(key.Text)} is not a valid label; use at most "
                    + $"{PolicyLimits.LabelLength} letters, digits and inner . _ - /"
            );
        }
    }

    /// <summary>Reads a label's value; null (reported) when it is none.</summary>
    public static string? ReadValue(YamlNode node, FileErrors errors)
    {
        if (
            node is YamlScalar { IsNull: false } scalar
            && scalar.Text.Length <= PolicyLimits.LabelLength
            && Printable.IsPrintable(scalar.Text)
        )
        {
            return scalar.Text;
        }

        if (node is not YamlRefused)
        {
            errors.Add(node, $"a label's value must be one line of at most {PolicyLimits.LabelLength} characters");
        }

        return null;
    }

    [GeneratedRegex(
        "^[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?\\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex KeyPattern();
}
