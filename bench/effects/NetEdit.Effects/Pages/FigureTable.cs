using System.Globalization;
using System.Text;
using NetEdit.Kernels;

namespace NetEdit.Effects;

/// <summary>The table of the README: of each comparison the case that is worst for us, and the series of kernels for which it holds.</summary>
internal static class FigureTable
{
    private const string Begin = "<!-- effects: written by bench/effects/run.sh -->\n";
    private const string End = "<!-- end of effects -->";

    public static string Of(IEnumerable<(Experiment Experiment, EffectResult Result)> effects)
    {
        var text = new StringBuilder(
            "| effect | comparison, worst case | figure | target | | on Linux |\n| --- | --- | --- | --- | "
                + "--- | --- |\n"
        );
        foreach (var (experiment, result) in effects)
        {
            foreach (var group in experiment.Figures(result).GroupBy(figure => figure.What))
            {
                var worst = group.MinBy(figure => figure.Target.Margin(figure.Value))!;
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"| {experiment.Title} | {worst.What}, {worst.Case} | {worst.Text} | {worst.TargetText} "
                        + $"| {Word(worst.Verdict)} | {KernelBuild.TryParse(result.Kernel)!.Series} |\n"
                );
            }
        }

        return text.ToString();
    }

    /// <summary>A text with the table between its markers.</summary>
    /// <exception cref="InvalidOperationException">It has no markers.</exception>
    public static string Insert(string text, string table)
    {
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        return begin >= 0 && end > begin
            ? text[..(begin + Begin.Length)] + table + text[end..]
            : throw new InvalidOperationException("the README has no markers of effects");
    }

    public static string Word(Verdict verdict) =>
        verdict switch
        {
            Verdict.Met => "met",
            Verdict.Missed => "missed",
            _ => "undecided",
        };
}
