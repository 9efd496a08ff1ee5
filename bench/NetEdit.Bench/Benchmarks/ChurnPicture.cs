using NetEdit.Pictures;
using ScottPlot;

namespace NetEdit.Bench.Benchmarks;

/// <summary>Draws the curves of a run, one panel each.</summary>
internal static class ChurnPicture
{
    private const int PanelHeight = 190;
    private const double Margin = 0.02; // so that marks at the edges are whole
    private const float LineWidth = 1.2f;
    private const float RestSize = 5;
    private static readonly Color Line = Color.FromHex("#0969da");
    private static readonly Color Rest = Color.FromHex("#bc4c00");
    private static readonly Color WarmUp = Color.FromHex("#eff2f5");

    /// <summary>Draws a run as SVG.</summary>
    internal static string Of(ChurnResult result)
    {
        var title = FormattableString
            .Invariant(
                $"""
                {result.Seconds / 60:0.#} minutes of churn:
                {result.Connections:#,0} connections, {result.Untuned:#,0} untuned;
                {result.Changes:#,0} changes, {result.Terminated} SIGTERM, {result.Killed} kill -9
                """
            )
            .ReplaceLineEndings(" ");
        LegendItem[] legend =
        [
            new()
            {
                LabelText = "at rest, with the policies of the start (must not rise)",
                MarkerShape = MarkerShape.FilledCircle,
                MarkerFillColor = Rest,
                MarkerSize = RestSize,
            },
            new()
            {
                LabelText = "in the middle of changes",
                LineColor = Line,
                LineWidth = LineWidth,
            },
            new() { LabelText = "warming up, not in the slopes", FillColor = WarmUp },
        ];
        var sheet = new Sheet(title, legend, PanelHeight);
        foreach (var series in ChurnSeries.All)
        {
            AddPanel(sheet, result, series);
        }

        return sheet.ToSvg();
    }

    private static void AddPanel(Sheet sheet, ChurnResult result, ChurnSeries series)
    {
        var isCount = series.Unit.Length == 0;
        var warmUp = ChurnVerdict.WarmUpSeconds(result);
        (double Seconds, double Value)[] points = [.. series.Points(result)];
        var slope = ChurnVerdict.SlopePerMinute([.. points.Where(point => point.Seconds >= warmUp)]);

        var most = result.Samples.Max(sample => series.Value(sample) ?? 0);
        var plot = sheet.AddPanel(series.Name, series.Unit, most, isCount);
        var (minutes, top) = (result.Samples[^1].Seconds / 60, plot.Axes.GetLimits().Top);
        plot.Axes.SetLimits(-Margin * minutes, (1 + Margin) * minutes, -Margin * top, top);
        var unit = isCount ? "" : " " + series.Unit;
        Sheet.LabelX(plot, FormattableString.Invariant($"minutes; slope {slope:+0.##;−0.##;0}{unit} a minute"));
        plot.Add.HorizontalSpan(0, warmUp / 60, WarmUp).LineWidth = 0;
        var line = plot.Add.ScatterLine(
            points.Select(point => point.Seconds / 60).ToArray(),
            points.Select(point => point.Value).ToArray(),
            Line
        );
        line.LineWidth = LineWidth;
        var rests = result.Samples.Where(sample => sample.Settled && series.Value(sample) is not null).ToArray();
        plot.Add.Markers(
            rests.Select(rest => rest.Seconds / 60).ToArray(),
            rests.Select(rest => series.Value(rest)!.Value).ToArray(),
            MarkerShape.FilledCircle,
            RestSize,
            Rest
        );
    }
}
