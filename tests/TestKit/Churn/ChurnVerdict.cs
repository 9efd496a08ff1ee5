using System.Collections.Immutable;

namespace NetEdit.TestKit;

/// <summary>A bound, and what was found.</summary>
/// <param name="What">Of what.</param>
/// <param name="Unit">Unit.</param>
/// <param name="Found">What was found.</param>
/// <param name="Bound">What is allowed.</param>
public sealed record ChurnBound(string What, string Unit, double Found, double Bound)
{
    /// <summary>Whether it is kept.</summary>
    public bool Met => Found <= Bound;
}

/// <summary>Says whether a run stayed flat.</summary>
public static class ChurnVerdict
{
    /// <summary>Runs that are shorter say nothing of slopes.</summary>
    public static readonly TimeSpan ShortestForSlopes = TimeSpan.FromMinutes(2);

    private const double WarmUp = 0.2;
    private const double MoreDescriptors = 2;
    private const double MoreMemory = 0.1;

    /* In the middle of changes their number is chance; what counts is that of the rests. */
    private const double MoreObjects = 0.25;

    /// <summary>The bounds: what is the same at every rest, what no connection may see, and how much each curve may rise over the run.</summary>
    public static ImmutableArray<ChurnBound> Of(ChurnResult result)
    {
        var rests = result.Samples.Where(sample => sample.Settled).ToList();
        var first = rests[0];
        List<ChurnBound> bounds =
        [
            new("untuned ends in scopes that are always tuned", "", result.Untuned, 0),
            new(
                "programs at rest, the most above the first rest",
                "",
                rests.Max(sample => sample.Programs) - first.Programs,
                0
            ),
            new("maps at rest, the most above the first rest", "", rests.Max(sample => sample.Maps) - first.Maps, 0),
            new("links at rest, the most above the first rest", "", rests.Max(sample => sample.Links) - first.Links, 0),
            new("pins at rest, the most above the first rest", "", rests.Max(sample => sample.Pins) - first.Pins, 0),
            new(
                "map memory at rest, the most above the first rest",
                "KiB",
                (rests.Max(sample => sample.MapBytes) - first.MapBytes) / 1024.0,
                0
            ),
            new("orphans at rest, the most", "", rests.Max(sample => sample.Orphans ?? 0), 0),
            new(
                "descriptors of the lasting agent, at the last rest above the second",
                "",
                (rests[^1].Descriptors - rests[1].Descriptors) ?? double.NaN,
                MoreDescriptors
            ),
        ];
        if (result.Seconds >= ShortestForSlopes.TotalSeconds)
        {
            bounds.AddRange(ChurnSeries.All.Where(series => series.IsBounded).Select(series => Rise(series, result)));
        }

        return [.. bounds];
    }

    /// <summary>Whether the kernel holds no more than before.</summary>
    public static bool IsNoMore(ChurnSample first, ChurnSample now) =>
        now.Programs <= first.Programs
        && now.Maps <= first.Maps
        && now.Links <= first.Links
        && now.Pins <= first.Pins
        && now.MapBytes <= first.MapBytes
        && now.Orphans <= first.Orphans;

    /// <summary>Where the samples of the warm-up end.</summary>
    public static double WarmUpSeconds(ChurnResult result) => result.Seconds * WarmUp;

    /// <summary>The slope that half of all pairs of samples exceed (Theil and Sen), in units per minute: single outliers do not move it.</summary>
    public static double SlopePerMinute(IReadOnlyList<(double Seconds, double Value)> points)
    {
        var slopes = new List<double>();
        for (var left = 0; left < points.Count; left++)
        {
            for (var right = left + 1; right < points.Count; right++)
            {
                slopes.Add(
                    (points[right].Value - points[left].Value) / (points[right].Seconds - points[left].Seconds) * 60
                );
            }
        }

        slopes.Sort();
        return slopes.Count == 0 ? 0 : slopes[slopes.Count / 2];
    }

    private static ChurnBound Rise(ChurnSeries series, ChurnResult result)
    {
        (double Seconds, double Value)[] points =
        [
            .. series.Points(result).Where(point => point.Seconds >= WarmUpSeconds(result)),
        ];
        double[] values = [.. points.Select(point => point.Value).Order()];
        var level = values[values.Length / 2];
        var rise = SlopePerMinute(points) * (points[^1].Seconds - points[0].Seconds) / 60;
        var memory = series.Unit.Length > 0;
        return new ChurnBound(
            $"{series.Name}: rise over the run by its slope",
            series.Unit,
            rise,
            Math.Max(memory ? 0 : 1, level * (memory ? MoreMemory : MoreObjects))
        );
    }
}

/// <summary>One of the curves.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Unit">Unit; empty for a count.</param>
/// <param name="Value">Reads it.</param>
/// <param name="IsBounded">Whether it must stay flat.</param>
public sealed record ChurnSeries(string Name, string Unit, Func<ChurnSample, double?> Value, bool IsBounded = true)
{
    private const double Mebi = 1 << 20;
    private const double Kibi = 1 << 10;

    /// <summary>All of them.</summary>
    public static ImmutableArray<ChurnSeries> All { get; } =
    [
        new("resident memory, lasting agent", "MiB", sample => sample.ResidentBytes / Mebi),
        new("resident memory, restarted agent", "MiB", sample => sample.RestartedBytes / Mebi),
        new("descriptors, lasting agent", "", sample => sample.Descriptors),
        new("descriptors, restarted agent", "", sample => sample.RestartedDescriptors),
        new("programs", "", sample => sample.Programs),
        new("maps", "", sample => sample.Maps),
        new("links", "", sample => sample.Links),
        new("pins and directories", "", sample => sample.Pins),
        new("memory of maps", "KiB", sample => sample.MapBytes / Kibi),
        new("orphans", "", sample => sample.Orphans),
    ];

    /// <summary>Its points in the middle of changes, without the moments at which it could not be read.</summary>
    public IEnumerable<(double Seconds, double Value)> Points(ChurnResult result) =>
        result
            .Samples.Where(sample => !sample.Settled && Value(sample) is not null)
            .Select(sample => (sample.Seconds, Value(sample)!.Value));
}
