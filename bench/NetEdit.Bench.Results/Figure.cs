using System.Globalization;

namespace NetEdit.Bench.Results;

/// <summary>One measured quantity.</summary>
/// <param name="Name">What is measured.</param>
/// <param name="Unit">Unit, empty for a ratio.</param>
/// <param name="Values">One per repetition.</param>
/// <param name="Target">Bound of the median, or null.</param>
public sealed record Figure(string Name, string Unit, double[] Values, Target? Target = null)
{
    public Spread Spread { get; } = Spread.Of(Values);

    /// <summary>Whether the target is met; null without one.</summary>
    public bool? Met => Target?.IsMet(Spread.Median);

    public string Verdict =>
        Met switch
        {
            true => "met",
            false => "missed",
            null => "",
        };

    public string Format(double value) => Number(value) + (Unit.Length == 0 ? "" : " " + Unit);

    public static string Number(double value) =>
        Math.Abs(value) switch
        {
            0 => "0",
            >= 100 => value.ToString("#,0", CultureInfo.InvariantCulture),
            >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
            >= 0.1 => value.ToString("0.000", CultureInfo.InvariantCulture),
            _ => value.ToString("0.00000", CultureInfo.InvariantCulture),
        };
}

/// <summary>A bound that the median should keep.</summary>
public sealed record Target(bool AtMost, double Bound)
{
    public static Target Most(double bound) => new(true, bound);

    public static Target Least(double bound) => new(false, bound);

    public bool IsMet(double value) => AtMost ? value <= Bound : value >= Bound;

    public override string ToString() => $"{(AtMost ? "≤" : "≥")} {Bound.ToString(CultureInfo.InvariantCulture)}";
}
