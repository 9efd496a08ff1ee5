using System.Globalization;
using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Numbers with units, as policies write them.</summary>
internal static class Quantity
{
    // Largest first within each group, the group preferred for printing first.
    private static readonly (string Name, long Factor)[] ByteUnits =
    [
        ("GiB", 1L << 30),
        ("MiB", 1L << 20),
        ("KiB", 1L << 10),
        ("GB", 1_000_000_000),
        ("MB", 1_000_000),
        ("kB", 1_000),
        ("B", 1),
    ];

    private static readonly (string Name, long Factor)[] DurationUnits = [("s", 1_000_000), ("ms", 1_000), ("us", 1)];

    private static readonly (string Name, long Factor)[] RateUnits =
    [
        ("Gbit", 1_000_000_000),
        ("Mbit", 1_000_000),
        ("kbit", 1_000),
        ("bit", 1),
    ];

    /// <summary>The value in the largest unit that gives a whole number.</summary>
    public static string Format(ParameterKind kind, long value)
    {
        foreach (var (name, factor) in Units(kind))
        {
            if (factor == 1 || (value != 0 && value % factor == 0))
            {
                return string.Create(CultureInfo.InvariantCulture, $"{value / factor}{name}");
            }
        }

        return value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The allowed range of a number, for a person.</summary>
    public static string Range(ParameterSpec spec) =>
        $"{Format(spec.Kind, spec.Minimum)} to {Format(spec.Kind, spec.Maximum)}";

    /// <summary>A regular expression (ECMA-262) that numbers of a kind match.</summary>
    public static string Pattern(ParameterKind kind) =>
        $"^(0|[1-9][0-9]*)({string.Join('|', Units(kind).Select(unit => unit.Name))})$";

    /// <summary>Reads a number within its bounds.</summary>
    /// <param name="spec">The parameter.</param>
    /// <param name="text">The number with its unit.</param>
    /// <param name="value">The number in the kind's base unit.</param>
    /// <param name="error">Why it is none, a clause for a person that follows the parameter's name; empty on success.</param>
    public static bool TryParse(ParameterSpec spec, string text, out long value, out string error)
    {
        value = 0;
        var negative = text.StartsWith('-');
        var unsigned = text.AsSpan(negative ? 1 : 0);
        var digits = 0;
        while (digits < unsigned.Length && char.IsAsciiDigit(unsigned[digits]))
        {
            digits++;
        }

        var unit = unsigned[digits..].ToString();
        error = Syntax(spec.Kind, text, unsigned[..digits], unit);
        if (error.Length > 0)
        {
            return false;
        }

        var factor = Units(spec.Kind)
            .FirstOrDefault(candidate => string.Equals(candidate.Name, unit, StringComparison.Ordinal), ("", 1))
            .Factor;
        if (
            !long.TryParse(unsigned[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || Math.BigMul(count, factor) is var product && product > long.MaxValue
        )
        {
            error = $"{Printable.Quote(text)} is too large; allowed are {Range(spec)}";
            return false;
        }

        value = negative ? -(long)product : (long)product;
        if (value < spec.Minimum || value > spec.Maximum)
        {
            error = $"{Printable.Quote(text)} is outside the range {Range(spec)}";
            return false;
        }

        return true;
    }

    private static string Syntax(ParameterKind kind, string text, ReadOnlySpan<char> digits, string unit)
    {
        var units = Units(kind);
        var example = Example(kind);
        if (digits.IsEmpty)
        {
            return $"{Printable.Quote(text)} is not a number; write it as {example}";
        }

        if (digits.Length > 1 && digits[0] == '0')
        {
            return $"{Printable.Quote(text)} has a leading zero; write it as {example}";
        }

        if (unit.StartsWith('.') || unit.StartsWith(','))
        {
            return $"{Printable.Quote(text)} is not a whole number; use a smaller unit, as in {example}";
        }

        if (units.Length == 0)
        {
            return unit.Length == 0
                ? ""
                : $"{Printable.Quote(text)} must be a whole number without a unit, as in {example}";
        }

        if (unit.Length == 0)
        {
            return $"{Printable.Quote(text)} has no unit; write it as {example}";
        }

        if (units.Any(candidate => string.Equals(candidate.Name, unit, StringComparison.Ordinal)))
        {
            return "";
        }

        var names = units.Select(candidate => candidate.Name).Reverse().ToArray();
        return unit.StartsWith(' ') && names.Contains(unit.Trim(), StringComparer.Ordinal)
            ? $"{Printable.Quote(text)} has a space before its unit; write {digits}{unit.Trim()}"
            : $"{Printable.Quote(text)} has an unknown unit; units are "
                + $"{string.Join(", ", names)}{Suggestion.For(unit.Trim(), names)}";
    }

    private static string Example(ParameterKind kind) =>
        kind switch
        {
            ParameterKind.Bytes => "64KiB",
            ParameterKind.Duration => "5ms",
            ParameterKind.Rate => "10Gbit",
            _ => "40",
        };

    private static (string Name, long Factor)[] Units(ParameterKind kind) =>
        kind switch
        {
            ParameterKind.Bytes => ByteUnits,
            ParameterKind.Duration => DurationUnits,
            ParameterKind.Rate => RateUnits,
            _ => [],
        };
}
