using Prometheus;

namespace NetEdit.Agent.Metrics;

/// <summary>
/// The only user of prometheus-net. Each scrape fills a registry of its own: what is no longer there has no series, and
/// every counter and histogram begins at the sum that a ledger holds.
/// </summary>
internal static class PrometheusRegistry
{
    /// <summary>Fills a registry with all metrics.</summary>
    public static CollectorRegistry Of(Reading reading)
    {
        var registry = Prometheus.Metrics.NewCustomRegistry();
        var factory = Prometheus.Metrics.WithCustomRegistry(registry);
        factory.ExemplarBehavior = ExemplarBehavior.NoExemplars();
        foreach (var metric in MetricCatalog.All)
        {
            switch (metric)
            {
                case HistogramMetric histogram:
                    Fill(factory, histogram, reading);
                    break;
                case ValueMetric { Type: MetricType.Counter } rising:
                    var counter = factory.CreateCounter(rising.Name, rising.Help, Plain<CounterConfiguration>(rising));
                    Fill(counter, rising, reading);
                    break;
                case ValueMetric value:
                    Fill(factory.CreateGauge(value.Name, value.Help, Plain<GaugeConfiguration>(value)), value, reading);
                    break;
            }
        }

        return registry;
    }

    /// <summary>Writes a registry in a text format.</summary>
    public static async Task<ReadOnlyMemory<byte>> WriteAsync(
        CollectorRegistry registry,
        MetricsFormat format,
        CancellationToken cancel
    )
    {
        using var text = new MemoryStream();
        var exposition =
            format == MetricsFormat.OpenMetrics ? ExpositionFormat.OpenMetricsText : ExpositionFormat.PrometheusText;
        await registry.CollectAndExportAsTextAsync(text, exposition, cancel);
        return text.GetBuffer().AsMemory(0, (int)text.Length);
    }

    private static void Fill(Counter counter, ValueMetric metric, Reading reading)
    {
        foreach (var sample in metric.Read(reading))
        {
            counter.WithLabels(sample.Labels).Inc(sample.Value);
        }
    }

    private static void Fill(Gauge gauge, ValueMetric metric, Reading reading)
    {
        foreach (var sample in metric.Read(reading))
        {
            gauge.WithLabels(sample.Labels).Inc(sample.Value);
        }
    }

    private static void Fill(MetricFactory factory, HistogramMetric metric, Reading reading)
    {
        var configuration = Plain<HistogramConfiguration>(metric);
        configuration.Buckets = [.. metric.Bounds];
        var histogram = factory.CreateHistogram(metric.Name, metric.Help, configuration);
        foreach (var sample in metric.Read(reading))
        {
            var series = histogram.WithLabels(sample.Labels);
            series.Publish();
            foreach (var (value, count) in Bucket.Represent(sample.Buckets, sample.Sum))
            {
                series.Observe(value, (long)count);
            }
        }
    }

    /// <summary>Creates the configuration of a metric. Without a value it has no series, not one that is 0.</summary>
    private static T Plain<T>(Metric metric)
        where T : MetricConfiguration, new() => new() { LabelNames = [.. metric.Labels], SuppressInitialValue = true };
}
