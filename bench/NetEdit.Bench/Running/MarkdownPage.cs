using System.Globalization;
using System.Text;

namespace NetEdit.Bench.Running;

/// <summary>The page of all results, made from their JSON.</summary>
internal static class MarkdownPage
{
    internal static string Of(IReadOnlyList<BenchmarkResult> results)
    {
        var page = new StringBuilder();
        page.Append(
            """
            # Benchmarks

            Made by `bench/run.sh`; do not edit. `bench/run.sh NAME…` repeats some of them; the raw values are in `bench/results/`. Figures are medians; the spread is the quartiles and, in brackets, the
            extremes over all repetitions. What is compared was measured in turns in one run, so that the machine's other work meets both. Missed targets are shown as such.

            | benchmark | what | figure | spread | repetitions | target | |
            | --- | --- | --- | --- | --- | --- | --- |

            """
        );
        foreach (var result in results)
        {
            foreach (var figure in result.Figures)
            {
                var spread = figure.Spread;
                page.Append(
                    CultureInfo.InvariantCulture,
                    $"| `{result.Name}` | {figure.Name} | {figure.Format(spread.Median)} | "
                        + $"{Figure.Number(spread.LowerQuartile)}–{Figure.Number(spread.UpperQuartile)} "
                        + $"({Figure.Number(spread.Minimum)}–{Figure.Number(spread.Maximum)}) | "
                        + $"{figure.Values.Length} | {figure.Target} | {figure.Verdict} |\n"
                );
            }
        }

        page.Append("\n## Methods\n");
        foreach (var result in results)
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"\n### {result.Name}\n\n{result.Title}. "
                    + $"{result.Method}\n\n{result.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}, "
                    + $"{result.Machine}; load average at the start "
                    + $"{result.Machine.LoadAverage}{result.Machine.Neighbours}.\n"
            );
        }

        return page.ToString();
    }
}
