using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;

namespace NetEdit.Effects;

/// <summary>A group of bars per category, one per arm.</summary>
/// <param name="Title">What is shown.</param>
/// <param name="Unit">Unit of the vertical axis; empty for a count or a share.</param>
/// <param name="Categories">Names of the groups; a comma begins another line.</param>
/// <param name="Series">The arms.</param>
internal sealed record Panel(string Title, string Unit, ImmutableArray<string> Categories, ImmutableArray<Bars> Series);

/// <summary>An arm's values, one per category.</summary>
internal sealed record Bars(string Arm, ImmutableArray<Estimate> Values);

/// <summary>Bars from zero with their 95 % intervals, in SVG that is readable on light and dark pages.</summary>
internal static class Picture
{
    private const int MostColumns = 2;
    private const int PanelWidth = 440;
    private const int PanelHeight = 244;
    private const int Left = 58;
    private const int Right = 14;
    private const int Top = 36;
    private const int Bottom = 48;
    private const int LineHeight = 13;
    private const int Header = 62;
    private const int Ticks = 4;
    private const int LegendWidth = 120;

    /// <summary>Draws panels side by side, two a row.</summary>
    public static string Of(string title, IReadOnlyList<Panel> panels)
    {
        var columns = Math.Min(panels.Count, MostColumns);
        var rows = (panels.Count + columns - 1) / columns;
        var (width, height) = (columns * PanelWidth, Header + (rows * PanelHeight));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $$"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{width}} {{height}}" width="{{width}}" height="{{height}}" role="img" aria-label="{{WebUtility.HtmlEncode(title)}}">
            <style>
              svg { --ground: #ffffff; --text: #1f2328; --faint: #59636e; --grid: #d8dee4; --arm0: #8c959f; --arm1: #bf8700; --arm2: #0969da; }
              @media (prefers-color-scheme: dark) { svg { --ground: #0d1117; --text: #e6edf3; --faint: #9198a1; --grid: #30363d; --arm0: #6e7681; --arm1: #d29922; --arm2: #58a6ff; } }
              text { font: 11px system-ui, sans-serif; fill: var(--faint); }
              .title { font-size: 12px; font-weight: 600; fill: var(--text); }
              .head { font-size: 15px; font-weight: 600; fill: var(--text); }
              .ground { fill: var(--ground); }
              .grid { stroke: var(--grid); stroke-width: 1; }
              .interval { stroke: var(--text); stroke-width: 1.2; fill: none; }
              .arm0 { fill: var(--arm0); } .arm1 { fill: var(--arm1); } .arm2 { fill: var(--arm2); }
            </style>
            <rect class="ground" width="{{width}}" height="{{height}}"/>
            <text class="head" x="16" y="24">{{WebUtility.HtmlEncode(title)}}</text>

            """);
        var arms = panels[0].Series;
        for (var arm = 0; arm < arms.Length; arm++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"arm{Colour(arm, arms.Length)}\" x=\"{16 + (arm * LegendWidth)}\" y=\"36\" width=\"12\" height=\"12\"/><text x=\"{34 + (arm * LegendWidth)}\" y=\"46\">{WebUtility.HtmlEncode(arms[arm].Arm)}</text>\n");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"interval\" d=\"M{20 + (arms.Length * LegendWidth)} 36v12m-4 -12h8m-8 12h8\"/><text x=\"{34 + (arms.Length * LegendWidth)}\" y=\"46\">95 % interval of the median</text>\n");
        for (var index = 0; index < panels.Count; index++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<g transform=\"translate({index % columns * PanelWidth} {Header + (index / columns * PanelHeight)})\">\n");
            Draw(svg, panels[index]);
            svg.Append("</g>\n");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void Draw(StringBuilder svg, Panel panel)
    {
        var (plotWidth, plotHeight) = (PanelWidth - Left - Right, PanelHeight - Top - Bottom);
        var step = Step(panel.Series.SelectMany(series => series.Values).Max(value => value.High) / Ticks);
        double Y(double value) => Top + plotHeight - (value / (step * Ticks) * plotHeight);

        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"title\" x=\"{Left}\" y=\"{Top - 14}\">{WebUtility.HtmlEncode(panel.Title)}{(panel.Unit.Length > 0 ? $" ({panel.Unit})" : "")}</text>\n");
        for (var tick = 0; tick <= Ticks; tick++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"grid\" d=\"M{Left} {Y(tick * step):0.0}h{plotWidth}\"/><text x=\"{Left - 6}\" y=\"{Y(tick * step) + 4:0.0}\" text-anchor=\"end\">{tick * step:#,0.##}</text>");
        }

        svg.Append('\n');
        var group = (double)plotWidth / panel.Categories.Length;
        var bar = Math.Min(group * 0.8 / panel.Series.Length, 34);
        for (var category = 0; category < panel.Categories.Length; category++)
        {
            var middle = Left + (group * (category + 0.5));
            foreach (var (line, text) in panel.Categories[category].Split(", ").Index())
            {
                svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{middle:0.0}\" y=\"{Top + plotHeight + 18 + (line * LineHeight)}\" text-anchor=\"middle\">{WebUtility.HtmlEncode(text)}</text>\n");
            }

            for (var arm = 0; arm < panel.Series.Length; arm++)
            {
                var value = panel.Series[arm].Values[category];
                var left = middle + ((arm - (panel.Series.Length / 2.0)) * bar);
                svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"arm{Colour(arm, panel.Series.Length)}\" x=\"{left:0.0}\" y=\"{Y(value.Value):0.0}\" width=\"{bar - 1.5:0.0}\" height=\"{Y(0) - Y(value.Value):0.0}\"/>");
                svg.Append(CultureInfo.InvariantCulture, $"<path class=\"interval\" d=\"M{left + ((bar - 1.5) / 2):0.0} {Y(value.High):0.0}V{Y(value.Low):0.0}m-3 0h6M{left + ((bar - 1.5) / 2) - 3:0.0} {Y(value.High):0.0}h6\"/>\n");
            }
        }
    }

    /// <summary>Ours, which is last, has the same colour everywhere.</summary>
    private static int Colour(int arm, int arms) => arm == arms - 1 ? 2 : arm;

    /// <summary>The least round step that is not smaller.</summary>
    private static double Step(double least)
    {
        if (least <= 0)
        {
            return 1;
        }

        var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return new[] { 1, 1.5, 2, 2.5, 3, 4, 5, 7.5, 10 }.Select(factor => factor * power).First(step => step >= least * 0.9999);
    }
}
