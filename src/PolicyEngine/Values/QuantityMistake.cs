using System.Globalization;
using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Says what is wrong with a number that is not written as a policy writes it, and how to write it.</summary>
internal static class QuantityMistake
{
    /// <summary>Finds what is wrong, a clause that follows the number as it was written; null when it is well written.</summary>
    /// <param name="spec">The parameter.</param>
    /// <param name="number">The digits at the start, after a sign or none.</param>
    /// <param name="unit">All that follows.</param>
    public static string? Find(ParameterSpec spec, string number, string unit)
    {
        var digits = number.TrimStart('-');
        var units = Quantity.Units(spec.Kind);
        if (digits.Length == 0)
        {
            return $"must be a whole number{(units.Length == 0 ? "" : " with a unit")}, as in {Example(spec)}";
        }

        if (digits.Length > 1 && digits[0] == '0')
        {
            return $"has a leading zero; write {number[..^digits.Length]}{Trimmed(digits)}{unit}";
        }

        if (unit.StartsWith('.') || unit.StartsWith(','))
        {
            return "is not a whole number; "
                + (
                    Whole(spec, number, unit) is { } whole ? $"write {whole}"
                    : units.Length == 0 ? $"write it as {Example(spec)}"
                    : $"use a smaller unit, as in {Example(spec)}"
                );
        }

        if (units.Length == 0)
        {
            return unit.Length == 0 ? null : $"must be a whole number without a unit, as in {Example(spec)}";
        }

        if (units.Any(known => string.Equals(known.Name, unit, StringComparison.Ordinal)))
        {
            return null;
        }

        return unit.Length == 0 ? WithoutUnit(spec, number) : WithUnknownUnit(spec, number, unit);
    }

    private static string Trimmed(string digits) => digits.TrimStart('0') is { Length: > 0 } rest ? rest : "0";

    private static string WithoutUnit(ParameterSpec spec, string number)
    {
        var texts = Allowed(spec, Quantity.Units(spec.Kind).Select(unit => (number, unit.Name)));
        return texts.Count > 0
            ? $"has no unit; write {Any(texts)}"
            : $"has no unit, as in {Example(spec)}; allowed are {Quantity.Range(spec)}";
    }

    private static string WithUnknownUnit(ParameterSpec spec, string number, string unit)
    {
        var word = unit.Trim();
        var names = Quantity.Units(spec.Kind).Select(known => known.Name).Reverse().ToArray();
        if (names.Contains(word, StringComparer.Ordinal))
        {
            return $"has a space before its unit; write {number}{word}";
        }

        var meant = UnitAliases
            .Of(spec.Kind, word)
            .DefaultIfEmpty((Unit: Suggestion.Nearest(word, names) ?? "", Times: 1));
        var texts = Allowed(
            spec,
            meant.Where(alias => alias.Unit.Length > 0).Select(alias => (Times(number, alias.Times), alias.Unit))
        );
        return texts.Count > 0
            ? $"has an unknown unit; did you mean {Any(texts)}?"
            : $"has an unknown unit; units are {string.Join(", ", names)}, and allowed are {Quantity.Range(spec)}";
    }

    // 1.5MiB is 1536KiB.
    private static string? Whole(ParameterSpec spec, string number, string unit)
    {
        var end = 1;
        while (end < unit.Length && char.IsAsciiDigit(unit[end]))
        {
            end++;
        }

        if (
            Quantity
                .Units(spec.Kind)
                .FirstOrDefault(known => string.Equals(known.Name, unit[end..].Trim(), StringComparison.Ordinal))
                is { Factor: > 1 and var factor }
            && unit[0] == '.'
            && decimal.TryParse(
                number + unit[..end],
                NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out var count
            )
            && Math.Abs(count) < long.MaxValue / (decimal)factor
            && count * factor is var value
            && value == decimal.Truncate(value)
            && Quantity.IsAllowed(spec, (long)value)
        )
        {
            return Quantity.Format(spec.Kind, (long)value);
        }

        return null;
    }

    /// <summary>The numbers that are within the bounds, smallest first, each value once.</summary>
    private static List<string> Allowed(ParameterSpec spec, IEnumerable<(string Number, string Unit)> candidates) =>
        [
            .. candidates
                .Select(candidate =>
                    (
                        Text: candidate.Number + candidate.Unit,
                        Value: Quantity.Value(spec.Kind, candidate.Number, candidate.Unit)
                    )
                )
                .Where(candidate => candidate.Value is { } value && Quantity.IsAllowed(spec, value))
                .OrderBy(candidate => candidate.Value)
                .DistinctBy(candidate => candidate.Value)
                .Select(candidate => candidate.Text),
        ];

    private static string Times(string number, int times) =>
        long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count)
        && Int128.Abs(count) * times <= long.MaxValue
            ? (count * times).ToString(CultureInfo.InvariantCulture)
            : number;

    private static string Any(List<string> texts) =>
        texts.Count == 1 ? texts[0] : $"{string.Join(", ", texts[..^1])} or {texts[^1]}";

    /// <summary>A number that the parameter may have.</summary>
    private static string Example(ParameterSpec spec) =>
        Quantity.Format(
            spec.Kind,
            Math.Clamp(
                spec.Kind switch
                {
                    ParameterKind.Bytes => 64 << 10,
                    ParameterKind.Duration => 5_000,
                    ParameterKind.Rate => 10_000_000_000,
                    _ => 40,
                },
                spec.Minimum,
                spec.Maximum
            )
        );
}
