using System.Globalization;

namespace NetEdit.Effects;

/// <summary>What became of a target.</summary>
internal enum Verdict
{
    /// <summary>The figure and its whole interval keep it.</summary>
    Met,

    /// <summary>The bound is in the interval.</summary>
    Undecided,

    /// <summary>The figure and its whole interval do not.</summary>
    Missed,
}

/// <summary>A bound of a figure.</summary>
internal sealed record Target(bool AtMost, double Bound)
{
    public static Target Most(double bound) => new(true, bound);

    public static Target Least(double bound) => new(false, bound);

    /// <summary>Judges a figure by its whole interval.</summary>
    public Verdict Judge(Estimate figure) =>
        (Keeps(figure.Low), Keeps(figure.High)) switch
        {
            (true, true) => Verdict.Met,
            (false, false) => Verdict.Missed,
            _ => Verdict.Undecided,
        };

    /// <summary>How far a figure is on the right side; less than nothing on the other.</summary>
    public double Margin(Estimate figure) => AtMost ? Bound - figure.Value : figure.Value - Bound;

    private bool Keeps(double value) => AtMost ? value <= Bound : value >= Bound;
}

/// <summary>Two arms compared.</summary>
/// <param name="What">What is compared; the same in each case.</param>
/// <param name="Case">The case.</param>
/// <param name="Value">The figure.</param>
/// <param name="IsShare">Whether it is read as a percentage.</param>
/// <param name="Target">What it should be.</param>
internal sealed record Figure(string What, string Case, Estimate Value, bool IsShare, Target Target)
{
    public Verdict Verdict => Target.Judge(Value);

    public string Text => Value.Show(Format);

    public string TargetText =>
        (Target.AtMost ? "≤ " : "≥ ")
        + (
            IsShare
                ? (Target.Bound * 100).ToString("0", CultureInfo.InvariantCulture) + " %"
                : Target.Bound.ToString("0.##", CultureInfo.InvariantCulture)
        );

    private string Format(double value) =>
        double.IsInfinity(value) ? "∞"
        : IsShare ? (value * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %"
        : value.ToString("0.00", CultureInfo.InvariantCulture);
}
