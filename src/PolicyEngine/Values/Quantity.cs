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
    /// <param name="error">Why it is not valid, a clause for a person that follows the parameter's name; empty on success.</param>
    public static bool TryParse(ParameterSpec spec, string text, out long value, out string error)
    {
        value = 0;
        var start = text.StartsWith('-') ? 1 : 0;
        var end = start;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        var (number, unit) = (text[..end], text[end..]);
        if (QuantityMistake.Find(spec, number, unit) is { } mistake)
        {
            error = $"{Printable.Quote(text)} {mistake}";
            return false;
        }

        if (Value(spec.Kind, number, unit) is not { } parsed)
        {
            error = $"{Printable.Quote(text)} is too large; allowed are {Range(spec)}";
            return false;
        }

        (value, error) = IsAllowed(spec, parsed)
            ? (parsed, "")
            : (parsed, $"{Printable.Quote(text)} is outside the range {Range(spec)}");
        return error.Length == 0;
    }

    /// <summary>The value of a number with a unit of its kind, in the kind's base unit; null when it does not fit.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="number">Digits, after a sign or none.</param>
    /// <param name="unit">One of <see cref="Units"/>; empty for a kind without units.</param>
    public static long? Value(ParameterKind kind, string number, string unit)
    {
        var factor = Units(kind)
            .FirstOrDefault(candidate => string.Equals(candidate.Name, unit, StringComparison.Ordinal), ("", 1))
            .Factor;
        return
            long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count)
            && (Int128)count * factor is var product
            && product >= -long.MaxValue
            && product <= long.MaxValue
            ? (long)product
            : null;
    }

    /// <summary>Whether a value is within the bounds of a parameter.</summary>
    public static bool IsAllowed(ParameterSpec spec, long value) => value >= spec.Minimum && value <= spec.Maximum;

    /// <summary>The units of a kind with their size in the base unit; empty for a kind without units.</summary>
    public static (string Name, long Factor)[] Units(ParameterKind kind) =>
        kind switch
        {
            ParameterKind.Bytes => ByteUnits,
            ParameterKind.Duration => DurationUnits,
            ParameterKind.Rate => RateUnits,
            _ => [],
        };
}
