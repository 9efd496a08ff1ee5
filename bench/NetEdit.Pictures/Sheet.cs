using System.Text;
using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace NetEdit.Pictures;

/// <summary>A title, a legend, and panels below them, two in a row.</summary>
/// <param name="title">The title; it is also the picture's text for screen readers.</param>
/// <param name="legend">The legend's entries, from left to right.</param>
/// <param name="panelHeight">The height of each panel, pixels.</param>
public sealed class Sheet(string title, IReadOnlyList<LegendItem> legend, int panelHeight)
{
    private const int Columns = 2;
    private const int PanelWidth = 460;
    private const int HeaderHeight = 64;
    private const int TargetTicksX = 10;
    private const int TargetTicksY = 5;
    private const float TitleSize = 15;
    private const float PanelTitleSize = 12;
    private const float TextSize = 11;
    private const float TickLabelDrop = 3; // ScottPlot centres the line, which is higher than its digits
    private static readonly PixelPadding Padding = new(left: 62, right: 16, bottom: 48, top: 30);
    private static readonly Color Grid = Color.FromHex("#d8dee4");
    private static readonly Color Frame = Color.FromHex("#8c959f");

    private readonly List<Plot> _panels = [];

    /// <summary>The colour of titles and of what must stand out.</summary>
    public static Color Text { get; } = Color.FromHex("#1f2328");

    /// <summary>Adds an empty panel whose axes begin at zero.</summary>
    /// <param name="name">What the panel shows.</param>
    /// <param name="unit">The unit of the vertical axis; empty for a count or a share.</param>
    /// <param name="most">The largest value that the panel shows.</param>
    /// <param name="wholeNumbers">Whether ticks of the vertical axis are whole numbers only.</param>
    public Plot AddPanel(string name, string unit, double most, bool wholeNumbers)
    {
        const double Headroom = 1.08;

        var plot = NewPlot();
        plot.Layout.Fixed(Padding);
        plot.Title(unit.Length > 0 ? $"{name} ({unit})" : name, PanelTitleSize);
        plot.Grid.MajorLineColor = Grid;
        plot.Axes.Left.TickGenerator = MajorTicks(wholeNumbers, TargetTicksY);
        plot.Axes.Bottom.TickGenerator = MajorTicks(wholeNumbers: false, TargetTicksX);
        plot.Axes.SetLimitsY(0, most > 0 ? most * Headroom : 1);
        plot.Axes.Right.IsVisible = false;
        plot.Axes.Top.IsVisible = false;
        foreach (var axis in (IAxis[])[plot.Axes.Left, plot.Axes.Bottom])
        {
            axis.TickLabelStyle.FontSize = TextSize;
            axis.FrameLineStyle.Color = Frame;
            axis.MajorTickStyle.Color = Frame;
        }

        plot.Axes.Left.TickLabelStyle.OffsetY = TickLabelDrop;
        _panels.Add(plot);
        return plot;
    }

    /// <summary>Names a panel's horizontal axis.</summary>
    public static void LabelX(Plot panel, string text)
    {
        panel.XLabel(text, TextSize);
        panel.Axes.Bottom.Label.Bold = false;
    }

    /// <summary>Draws the sheet.</summary>
    /// <exception cref="InvalidOperationException">The font is not installed.</exception>
    public string ToSvg()
    {
        var columns = Math.Min(_panels.Count, Columns);
        var rows = (_panels.Count + columns - 1) / columns;
        var (width, height) = (columns * PanelWidth, HeaderHeight + (rows * panelHeight));
        using var stream = new MemoryStream();
        using (var canvas = SKSvgCanvas.Create(new SKRect(0, 0, width, height), stream))
        {
            canvas.Clear(SKColors.White);
            Render(canvas, Header(), new PixelRect(0, width, HeaderHeight, 0));
            foreach (var (index, panel) in _panels.Index())
            {
                var (left, top) = (index % columns * PanelWidth, HeaderHeight + (index / columns * panelHeight));
                Render(canvas, panel, new PixelRect(left, left + PanelWidth, top + panelHeight, top));
            }
        }

        return PortableSvg.Of(Encoding.UTF8.GetString(stream.ToArray()), title);
    }

    private static void Render(SKCanvas canvas, Plot plot, PixelRect place)
    {
        // The first rendering settles layout and axes by drawing twice; it must not be the one that is kept.
        plot.RenderInMemory((int)place.Width, (int)place.Height);
        plot.RenderManager.ClearCanvasBeforeEachRender = false;
        plot.Render(canvas, place);
    }

    private static NumericAutomatic MajorTicks(bool wholeNumbers, int target) =>
        new()
        {
            IntegerTicksOnly = wholeNumbers,
            TargetTickCount = target,
            LabelFormatter = value => FormattableString.Invariant($"{value:#,0.##}"),
            MinorTickGenerator = new EvenlySpacedMinorTickGenerator(1),
        };

    private static Plot NewPlot()
    {
        Fonts.Default = PictureFont.Family;
        return new Plot();
    }

    private Plot Header()
    {
        var plot = NewPlot();
        plot.HideAxesAndGrid();
        var heading = plot.Add.Annotation(title, Alignment.UpperLeft);
        heading.LabelFontSize = TitleSize;
        heading.LabelBold = true;
        heading.LabelFontColor = Text;
        heading.LabelBackgroundColor = Colors.Transparent;
        heading.LabelBorderWidth = 0;
        heading.LabelShadowColor = Colors.Transparent;
        plot.ShowLegend(legend, Alignment.LowerLeft);
        plot.Legend.Orientation = Orientation.Horizontal;
        plot.Legend.TightHorizontalWrapping = true;
        plot.Legend.FontName = PictureFont.Family;
        plot.Legend.FontSize = TextSize;
        plot.Legend.OutlineWidth = 0;
        plot.Legend.ShadowColor = Colors.Transparent;
        return plot;
    }
}
