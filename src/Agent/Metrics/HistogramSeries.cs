using System.Collections.Immutable;
using NetEdit.Adapter;

namespace NetEdit.Agent.Metrics;

/// <summary>One series of a histogram.</summary>
/// <param name="Labels">Its labels.</param>
/// <param name="Buckets">Upper bounds, and how many values are not above them.</param>
/// <param name="Sum">Sum of the values.</param>
/// <param name="Count">How many values there are.</param>
internal sealed record HistogramSeries(ImmutableArray<KeyValuePair<string, object?>> Labels, ImmutableArray<(double Bound, double Count)> Buckets, double Sum, double Count)
{
    private const int PerDoubling = 4;

    /// <summary>The kernel's buckets with every doubling as a bound: finer ones would be many series for each policy.</summary>
    public static HistogramSeries Of(Measure measure, MeasuredValues values, ImmutableArray<KeyValuePair<string, object?>> labels)
    {
        var buckets = ImmutableArray.CreateBuilder<(double, double)>();
        var count = 0.0;
        for (var bucket = 0; bucket < values.Buckets.Length; bucket++)
        {
            count += values.Buckets[bucket];
            if (IsBound(measure, bucket))
            {
                buckets.Add((MeasureBuckets.InBaseUnit(measure, MeasureBuckets.Below(bucket)), count));
            }
        }

        return new HistogramSeries(labels, buckets.ToImmutable(), MeasureBuckets.InBaseUnit(measure, values.Sum), count);
    }

    // What is never seen of a measure is no bound: less than 32 microseconds of round trip, more than all segments retransmitted.
    private static bool IsBound(Measure measure, int bucket)
    {
        var (least, most) = measure switch
        {
            Measure.RoundTrip => (1 << 5, 1 << 25),
            Measure.DeliveryRate => (1 << 4, 1 << 26),
            Measure.Retransmitted => (1 << 6, 1 << 20),
            _ => (1 << 4, 1 << 28),
        };
        return bucket % PerDoubling == PerDoubling - 1 && MeasureBuckets.Below(bucket) is var below && below >= least && below <= most;
    }
}
