using System.Globalization;

namespace NetEdit.Bench.Running;

/// <summary>One measured quantity.</summary>
/// <param name="Name">What is measured.</param>
/// <param name="Unit">Unit, empty for a ratio.</param>
/// <param name="Values">One per repetition.</param>
/// <param name="Target">Bound of the median, or null.</param>
internal sealed record Figure(string Name, string Unit, double[] Values, Target? Target = null)
{
    public Spread Spread { get; } = Spread.Of(Values);

    /// <summary>Whether the target is met; null without one.</summary>
    public bool? Met => Target?.IsMet(Spread.Median);

    internal string Verdict =>
        Met switch
        {
            true => "met",
            false => "missed",
            null => "",
        };

    internal string Format(double value) => Number(value) + (Unit.Length == 0 ? "" : " " + Unit);

    internal static string Number(double value) =>
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
internal sealed record Target(bool AtMost, double Bound)
{
    internal static Target Most(double bound) => new(true, bound);

    internal static Target Least(double bound) => new(false, bound);

    internal bool IsMet(double value) => AtMost ? value <= Bound : value >= Bound;

    public override string ToString() => $"{(AtMost ? "≤" : "≥")} {Bound.ToString(CultureInfo.InvariantCulture)}";
}
