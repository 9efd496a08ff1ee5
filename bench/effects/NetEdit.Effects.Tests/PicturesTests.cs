using System.Globalization;
using System.Text.RegularExpressions;
using NetEdit.Bench.Benchmarks;
using NetEdit.Kernels;

namespace NetEdit.Effects.Tests;

public sealed partial class PicturesTests
{
    public static TheoryData<string> Pictures =>
        [ChurnSamples.Picture, .. Experiment.All.Select(experiment => $"docs/effects/{experiment.Name}.svg")];

    [Fact]
    public void The_picture_of_churn_is_what_its_samples_give() =>
        Read(ChurnSamples.Picture)
            .ShouldBe(
                ChurnPicture.Of(ChurnSamples.Read(Directories.Repository)),
                $"{ChurnSamples.Picture} is stale: bench/run.sh --pages writes it"
            );

    [Theory]
    [MemberData(nameof(Pictures))]
    public void A_picture_needs_no_browser(string path)
    {
        var svg = Read(path);

        svg.ShouldNotContain("<style");
        svg.ShouldNotContain("currentColor");
        svg.ShouldNotContain("class=");
        svg.ShouldContain("<rect fill=\"white\"");
        PlacedLetters().Matches(svg).ShouldBeEmpty();
    }

    [Fact]
    public void A_bar_ends_at_the_median_and_its_interval_at_both_bounds()
    {
        var bars = new Bars("ours", [new Estimate(10, 9, 14)]);
        var svg = EffectPicture.Of("title", [new Panel("panel", "ms", ["case"], [bars])]);

        var bar = Bar().Match(svg);
        var height = Number(bar.Groups["height"].Value);
        var (unit, zero) = (height / 10, Number(bar.Groups["y"].Value) + height);
        var ends = Interval().Matches(svg)[^1].Groups["y"].Captures.Select(capture => Number(capture.Value)).ToArray();
        ((zero - ends.Max()) / unit).ShouldBe(9, 0.05);
        ((zero - ends.Min()) / unit).ShouldBe(14, 0.05);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string Read(string path) => File.ReadAllText(Path.Combine(Directories.Repository, path));

    [GeneratedRegex(
        "<rect fill=\"#0969DA\" x=\"[^\"]*\" y=\"(?<y>[^\"]*)\" width=\"[^\"]*\" height=\"(?<height>[0-9]{2,}[^\"]*)\"",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex Bar();

    [GeneratedRegex(
        "stroke=\"#1F2328\"[^>]* d=\"([ML][0-9.]+ (?<y>[0-9.]+))+\"",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex Interval();

    [GeneratedRegex("<text[^>]* x=\"[^\"]*,", RegexOptions.None, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex PlacedLetters();
}
