using System.Collections.Immutable;
using NetEdit.Adapter;

namespace NetEdit.Agent.Metrics;

/// <summary>Turns what the kernel measures into histograms.</summary>
internal static class MeasureBounds
{
    private const int PerDoubling = 4;

    /// <summary>
    /// Lists the bounds of a measure's histogram: one in four of the kernel's, since all of them would be many series
    /// for each policy, and only where values occur: round trips from 32 microseconds, and ratios up to 1, for example.
    /// </summary>
    public static ImmutableArray<double> Of(Measure measure)
    {
        var (least, most) = measure switch
        {
            Measure.RoundTrip => (1 << 5, 1 << 25),
            Measure.DeliveryRate => (1 << 4, 1 << 26),
            Measure.Retransmitted => (1 << 6, 1 << 20),
            _ => (1 << 4, 1 << 28),
        };
        return
        [
            .. Enumerable
                .Range(0, MeasureBuckets.Count)
                .Where(bucket => bucket % PerDoubling == PerDoubling - 1)
                .Select(MeasureBuckets.Below)
                .Where(bound => bound >= least && bound <= most)
                .Select(bound => MeasureBuckets.InBaseUnit(measure, bound)),
        ];
    }

    /// <summary>Creates a series.</summary>
    /// <param name="measure">What is measured.</param>
    /// <param name="values">The kernel's counts and their sum.</param>
    /// <param name="labels">The series' labels.</param>
    public static HistogramSample Sample(Measure measure, MeasuredValues values, params string[] labels) =>
        new(
            [
                .. values.Buckets.Select(
                    (count, bucket) =>
                        new Bucket(
                            MeasureBuckets.InBaseUnit(measure, MeasureBuckets.From(bucket)),
                            MeasureBuckets.InBaseUnit(measure, MeasureBuckets.Below(bucket)),
                            count
                        )
                ),
            ],
            MeasureBuckets.InBaseUnit(measure, values.Sum),
            labels
        );
}
