namespace NetEdit.Bench.Running;

/// <summary>A result for a person at a terminal.</summary>
internal static class ConsoleReport
{
    internal static void Write(TextWriter output, BenchmarkResult result)
    {
        output.WriteLine($"{result.Name}: {result.Title}");
        output.WriteLine($"  method: {result.Method}");
        output.WriteLine($"  load average {result.Machine.LoadAverage}{result.Machine.Neighbours}");
        foreach (var figure in result.Figures)
        {
            var spread = figure.Spread;
            output.WriteLine($"  {figure.Name}: {figure.Format(spread.Median)}");
            output.WriteLine(
                $"    quartiles {Figure.Number(spread.LowerQuartile)}–{Figure.Number(spread.UpperQuartile)}, "
                    + $"range {Figure.Number(spread.Minimum)}–{Figure.Number(spread.Maximum)}, "
                    + $"{figure.Values.Length} repetitions{Verdict(figure)}"
            );
        }

        output.WriteLine();
    }

    private static string Verdict(Figure figure) =>
        figure.Target is null ? "" : $"; target {figure.Target} {figure.Verdict}";
}
