using System.Collections.Immutable;

namespace NetEdit.Agent.Metrics;

/// <summary>A histogram of times. Immutable.</summary>
/// <param name="Bounds">Upper bounds of its buckets in seconds, ascending, without infinity.</param>
internal sealed record TimeSums(ImmutableArray<double> Bounds)
{
    private ImmutableArray<ulong> Counts { get; init; } = [.. new ulong[Bounds.Length + 1]];

    private double Seconds { get; init; }

    /// <summary>Adds a time, in seconds.</summary>
    public TimeSums Add(double seconds)
    {
        var bucket = Bounds.Count(bound => bound < seconds);
        return this with { Counts = Counts.SetItem(bucket, Counts[bucket] + 1), Seconds = Seconds + seconds };
    }

    /// <summary>Creates a series.</summary>
    public HistogramSample Sample(params string[] labels) =>
        new(
            [
                .. Counts.Select(
                    (count, bucket) =>
                        new Bucket(
                            bucket == 0 ? 0 : Bounds[bucket - 1],
                            bucket == Bounds.Length ? double.PositiveInfinity : Bounds[bucket],
                            count
                        )
                ),
            ],
            Seconds,
            labels
        );
}
