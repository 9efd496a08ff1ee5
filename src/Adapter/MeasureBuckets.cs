using NetEdit.Adapter.Maps;

namespace NetEdit.Adapter;

/// <summary>What is measured of a connection when it closes.</summary>
public enum Measure
{
    /// <summary>Smoothed round-trip time, microseconds.</summary>
    RoundTrip,

    /// <summary>Delivery rate of the last sample (<c>tcpi_delivery_rate</c>), KiB per second.</summary>
    DeliveryRate,

    /// <summary>Retransmitted segments of a million segments with data.</summary>
    Retransmitted,

    /// <summary>Time from establishment to the end, in units of 16 microseconds.</summary>
    Duration,
}

/// <summary>The bounds of the kernel's buckets: four to each doubling, so that a bucket is at most a quarter wider than its beginning.</summary>
public static class MeasureBuckets
{
    private const int PerDoubling = 4;

    /// <summary>Buckets of a kind.</summary>
    public const int Count = Abi.Measures.Buckets;

    /// <summary>The smallest value of a bucket.</summary>
    public static double From(int bucket) =>
        bucket < PerDoubling
            ? bucket
            : Math.ScaleB(1 + ((bucket % PerDoubling) / (double)PerDoubling), (bucket / PerDoubling) + 1);

    /// <summary>The smallest value above a bucket; infinite for the last.</summary>
    public static double Below(int bucket) => bucket == Count - 1 ? double.PositiveInfinity : From(bucket + 1);

    /// <summary>What a number of the kernel is in seconds, bytes per second, or a share from 0 to 1.</summary>
    public static double InBaseUnit(Measure measure, double value) =>
        measure switch
        {
            Measure.RoundTrip => value / 1e6,
            Measure.DeliveryRate => value * 1024,
            Measure.Retransmitted => value / 1e6,
            _ => value * (1 << Abi.Measures.DurationShift) / 1e6,
        };
}
