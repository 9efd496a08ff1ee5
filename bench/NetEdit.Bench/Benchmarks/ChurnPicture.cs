using System.Globalization;
using System.Net;
using System.Text;
using NetEdit.Churn;

namespace NetEdit.Bench.Benchmarks;

/// <summary>The curves of a run as small multiples, in SVG that is readable on light and dark pages.</summary>
internal static class ChurnPicture
{
    private const int Columns = 2;
    private const int PanelWidth = 440;
    private const int PanelHeight = 170;
    private const int Left = 62;
    private const int Right = 14;
    private const int Top = 34;
    private const int Bottom = 32;
    private const int Header = 66;
    private const int Ticks = 4;

    internal static string Of(ChurnResult result)
    {
        var series = ChurnSeries.All;
        var rows = (series.Length + Columns - 1) / Columns;
        var (width, height) = (Columns * PanelWidth, Header + (rows * PanelHeight) + 6);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $$"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{width}} {{height}}" width="{{width}}" height="{{height}}" role="img" aria-label="Memory, descriptors and kernel objects over a run of churn">
            <style>
              svg { --ground: #ffffff; --text: #1f2328; --faint: #59636e; --grid: #d8dee4; --line: #0969da; --rest: #bc4c00; }
              @media (prefers-color-scheme: dark) { svg { --ground: #0d1117; --text: #e6edf3; --faint: #9198a1; --grid: #30363d; --line: #58a6ff; --rest: #f0883e; } }
              text { font: 11px system-ui, sans-serif; fill: var(--faint); }
              .title { font-size: 12px; font-weight: 600; fill: var(--text); }
              .head { font-size: 15px; font-weight: 600; fill: var(--text); }
              .ground { fill: var(--ground); }
              .grid { stroke: var(--grid); stroke-width: 1; }
              .line { fill: none; stroke: var(--line); stroke-width: 1.2; stroke-linejoin: round; }
              .rest { fill: var(--rest); }
              .warm { fill: var(--grid); opacity: 0.4; }
            </style>
            <rect class="ground" width="{{width}}" height="{{height}}"/>
            <text class="head" x="16" y="26">{{result.Seconds / 60:0.#}} minutes of churn: {{result.Connections:#,0}} connections, {{result.Untuned:#,0}} untuned; {{result.Changes:#,0}} changes, {{result.Terminated}} SIGTERM, {{result.Killed}} kill -9</text>
            <circle class="rest" cx="21" cy="46" r="3"/><text x="30" y="50">at rest: policies as at the start, nothing under way (must not rise)</text>
            <path class="line" d="M440 46h18"/><text x="464" y="50">in the middle of changes</text>
            <rect class="warm" x="640" y="40" width="14" height="12"/><text x="660" y="50">warming up, not in the slopes</text>

            """);
        for (var index = 0; index < series.Length; index++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<g transform=\"translate({index % Columns * PanelWidth} {Header + (index / Columns * PanelHeight)})\">\n");
            Panel(svg, result, series[index]);
            svg.Append("</g>\n");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void Panel(StringBuilder svg, ChurnResult result, ChurnSeries series)
    {
        var points = series.Points(result).ToList();
        var (plotWidth, plotHeight) = (PanelWidth - Left - Right, PanelHeight - Top - Bottom);
        var step = Step(result.Samples.Select(sample => series.Value(sample) ?? 0).Max() / Ticks, series.Unit.Length > 0);
        var most = step * Ticks;
        var minutes = result.Samples[^1].Seconds / 60;
        double X(double seconds) => Left + (seconds / 60 / minutes * plotWidth);
        double Y(double value) => Top + plotHeight - (value / most * plotHeight);

        var slope = ChurnVerdict.SlopePerMinute([.. points.Where(point => point.Seconds >= ChurnVerdict.WarmUpSeconds(result))]);
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"title\" x=\"{Left}\" y=\"{Top - 14}\">{WebUtility.HtmlEncode(series.Name)}{(series.Unit.Length > 0 ? ", " + series.Unit : "")}</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{PanelWidth - Right}\" y=\"{Top - 14}\" text-anchor=\"end\">slope {slope:+0.##;−0.##;0} a minute</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"warm\" x=\"{Left}\" y=\"{Top}\" width=\"{X(ChurnVerdict.WarmUpSeconds(result)) - Left:0.0}\" height=\"{plotHeight}\"/>\n");
        for (var tick = 0; tick <= Ticks; tick++)
        {
            var y = Y(tick * step);
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"grid\" d=\"M{Left} {y:0.0}h{plotWidth}\"/><text x=\"{Left - 6}\" y=\"{y + 4:0.0}\" text-anchor=\"end\">{tick * step:#,0.##}</text>");
        }

        var minuteStep = Step(minutes / 5, fractions: true);
        for (var minute = 0.0; minute <= minutes; minute += minuteStep)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"grid\" d=\"M{X(minute * 60):0.0} {Top + plotHeight}v4\"/><text x=\"{X(minute * 60):0.0}\" y=\"{Top + plotHeight + 16}\" text-anchor=\"middle\">{minute:0.##}{(minute == 0 ? " min" : "")}</text>");
        }

        svg.Append('\n');
        if (points.Count > 0)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"line\" d=\"M{string.Join('L', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{X(point.Seconds):0.0} {Y(point.Value):0.0}")))}\"/>\n");
        }

        foreach (var rest in result.Samples.Where(sample => sample.Settled && series.Value(sample) is not null))
        {
            svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"rest\" cx=\"{X(rest.Seconds):0.0}\" cy=\"{Y(series.Value(rest)!.Value):0.0}\" r=\"2.5\"/>");
        }

        svg.Append('\n');
    }

    /// <summary>The least round step that is not smaller.</summary>
    private static double Step(double least, bool fractions)
    {
        if (least <= 0 || (!fractions && least < 1))
        {
            return 1;
        }

        var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return new[] { 1, 2, 2.5, 5, 10 }.Select(factor => factor * power).First(step => step >= least * 0.9999 && (fractions || step == Math.Floor(step)));
    }
}
