using System.Collections.Immutable;
using NetEdit.Pictures;
using ScottPlot;

namespace NetEdit.Effects;

/// <summary>Draws bars from zero with their 95 % intervals.</summary>
internal static class EffectPicture
{
    private const int PanelHeight = 250;
    private const double GroupWidth = 0.8;
    private const double WidestBar = 0.25;
    private const double BarShare = 0.94;
    private const float IntervalWidth = 1.2f;
    private const float CapSize = 3;

    // NetEdit's arm, which is last, has the last colour everywhere.
    private static readonly ImmutableArray<Color> Colours =
    [
        Color.FromHex("#8c959f"),
        Color.FromHex("#bf8700"),
        Color.FromHex("#0969da"),
    ];

    /// <summary>Draws panels as SVG.</summary>
    public static string Of(string title, IReadOnlyList<Panel> panels)
    {
        var arms = panels[0].Series;
        LegendItem[] legend =
        [
            .. arms.Select(
                (arm, index) => new LegendItem { LabelText = arm.Arm, FillColor = Colour(index, arms.Length) }
            ),
            new()
            {
                LabelText = "95 % interval of the median",
                LineColor = Sheet.Text,
                LineWidth = IntervalWidth,
            },
        ];
        var sheet = new Sheet(title, legend, PanelHeight);
        foreach (var panel in panels)
        {
            AddPanel(sheet, panel);
        }

        return sheet.ToSvg();
    }

    private static void AddPanel(Sheet sheet, Panel panel)
    {
        var most = panel.Series.SelectMany(series => series.Values).Max(value => value.High);
        var plot = sheet.AddPanel(panel.Title, panel.Unit, most, wholeNumbers: false);
        plot.Axes.SetLimitsX(-0.5, panel.Categories.Length - 0.5);
        plot.Axes.Bottom.SetTicks(
            [.. panel.Categories.Select((_, index) => (double)index)],
            [.. panel.Categories.Select(category => category.Replace(", ", "\n", StringComparison.Ordinal))]
        );
        plot.Grid.XAxisStyle.IsVisible = false;
        var width = Math.Min(GroupWidth / panel.Series.Length, WidestBar);
        foreach (var (index, series) in panel.Series.Index())
        {
            var offset = (index - ((panel.Series.Length - 1) / 2.0)) * width;
            AddBars(plot, series.Values, offset, width * BarShare, Colour(index, panel.Series.Length));
        }
    }

    private static void AddBars(Plot plot, ImmutableArray<Estimate> values, double offset, double width, Color colour)
    {
        plot.Add.Bars(
            values
                .Select(
                    (value, index) =>
                        new Bar
                        {
                            Position = index + offset,
                            Value = value.Value,
                            Size = width,
                            FillColor = colour,
                            LineWidth = 0,
                        }
                )
                .ToArray()
        );
        double[] places = [.. values.Select((_, index) => index + offset)];
        var none = new double[places.Length];
        plot.Add.Plottable(
            new ScottPlot.Plottables.ErrorBar(
                places,
                [.. values.Select(value => value.Value)],
                none,
                none,
                [.. values.Select(value => value.High - value.Value)],
                [.. values.Select(value => value.Value - value.Low)]
            )
            {
                LineWidth = IntervalWidth,
                CapSize = CapSize,
                Color = Sheet.Text,
            }
        );
    }

    private static Color Colour(int arm, int arms) => arm == arms - 1 ? Colours[^1] : Colours[arm];
}
