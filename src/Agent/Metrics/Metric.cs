using System.Collections.Immutable;

namespace NetEdit.Agent.Metrics;

/// <summary>Type of a metric.</summary>
internal enum MetricType
{
    Gauge,
    Counter,
    Histogram,
}

/// <summary>One metric: its description and where a scrape reads it.</summary>
/// <param name="Name">Name of the metric; a counter's ends in <c>_total</c>.</param>
/// <param name="Type">Its type.</param>
/// <param name="Help">
/// One sentence without a full stop, a quote, a backslash or a line feed, which prometheus-net does not escape.
/// </param>
/// <param name="Labels">
/// Names of its labels. No label has a value for each container, interface, connection or peer.
/// </param>
internal abstract record Metric(string Name, MetricType Type, string Help, ImmutableArray<string> Labels);

/// <summary>A gauge or a counter.</summary>
/// <param name="Name">Name of the metric.</param>
/// <param name="Type">Gauge or counter.</param>
/// <param name="Help">One sentence without a full stop.</param>
/// <param name="Labels">Names of its labels.</param>
/// <param name="Read">Reads its values; those of equal labels are added up.</param>
internal sealed record ValueMetric(
    string Name,
    MetricType Type,
    string Help,
    ImmutableArray<string> Labels,
    Func<Reading, IEnumerable<Sample>> Read
) : Metric(Name, Type, Help, Labels);

/// <summary>A histogram.</summary>
/// <param name="Name">Name of the metric.</param>
/// <param name="Help">One sentence without a full stop.</param>
/// <param name="Labels">Names of its labels.</param>
/// <param name="Bounds">Upper bounds of its buckets, ascending, without infinity.</param>
/// <param name="Read">Reads its series.</param>
internal sealed record HistogramMetric(
    string Name,
    string Help,
    ImmutableArray<string> Labels,
    ImmutableArray<double> Bounds,
    Func<Reading, IEnumerable<HistogramSample>> Read
) : Metric(Name, MetricType.Histogram, Help, Labels);

/// <summary>A value of a gauge or a counter.</summary>
/// <param name="Value">The value in the metric's unit.</param>
/// <param name="Labels">A value for each label of the metric.</param>
internal readonly record struct Sample(double Value, params string[] Labels)
{
    /// <summary>Creates a sample of a yes or a no.</summary>
    public static Sample Of(bool value, params string[] labels) => new(value ? 1 : 0, labels);
}

/// <summary>A series of a histogram.</summary>
/// <param name="Buckets">Counts of its values.</param>
/// <param name="Sum">Sum of its values in the metric's unit.</param>
/// <param name="Labels">A value for each label of the metric.</param>
internal sealed record HistogramSample(IReadOnlyList<Bucket> Buckets, double Sum, params string[] Labels);
