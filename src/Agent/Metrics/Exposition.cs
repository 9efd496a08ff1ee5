using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace NetEdit.Agent.Metrics;

/// <summary>The text formats Prometheus reads.</summary>
internal enum ExpositionFormat
{
    /// <summary>Text format 0.0.4.</summary>
    Text,

    /// <summary>OpenMetrics 1.0.0.</summary>
    OpenMetrics,
}

/// <summary>
/// Writes the instruments of a meter as Prometheus reads them. The instruments are plain System.Diagnostics.Metrics: any other
/// exporter can take this one's place.
/// </summary>
internal sealed class Exposition : IDisposable
{
    private readonly Lock _gate = new();
    private readonly MeterListener _listener = new();
    private readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ReadHistogram> _histograms = new(StringComparer.Ordinal);

    public Exposition(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, meter))
            {
                var family = new Family(instrument);
                lock (_gate)
                {
                    _families.Add(instrument.Name, family);
                }

                listener.EnableMeasurementEvents(instrument, family);
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, value, tags, state) => Record((Family)state!, value, tags));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, state) => Record((Family)state!, value, tags));
        _listener.Start();
    }

    /// <summary>Adds a histogram that is read at each scrape.</summary>
    public void AddHistogram(string name, string help, Func<IEnumerable<HistogramSeries>> read) => _histograms.Add(name, new ReadHistogram(help, read));

    /// <summary>The value of <c>Content-Type</c>.</summary>
    public static string ContentType(ExpositionFormat format) => format == ExpositionFormat.OpenMetrics
        ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
        : "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Chooses the format by the value of <c>Accept</c>: OpenMetrics when it is asked for at least as much as text.</summary>
    public static ExpositionFormat Negotiate(string? accept)
    {
        double open = 0;
        double text = 0;
        foreach (var range in (accept ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = range.Split(';', StringSplitOptions.TrimEntries);
            var quality = 1.0;
            var version = "";
            foreach (var part in parts.AsSpan(1))
            {
                if (part.StartsWith("q=", StringComparison.OrdinalIgnoreCase))
                {
                    quality = double.TryParse(part.AsSpan(2), NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
                }
                else if (part.StartsWith("version=", StringComparison.OrdinalIgnoreCase))
                {
                    version = part["version=".Length..].Trim('"');
                }
            }

            if (parts[0].Equals("application/openmetrics-text", StringComparison.OrdinalIgnoreCase) && (version is "" or "1.0.0"))
            {
                open = Math.Max(open, quality);
            }
            else if (parts[0].Equals("text/plain", StringComparison.OrdinalIgnoreCase) || parts[0].Equals("text/*", StringComparison.OrdinalIgnoreCase))
            {
                text = Math.Max(text, quality);
            }
        }

        return open > 0 && open >= text ? ExpositionFormat.OpenMetrics : ExpositionFormat.Text;
    }

    /// <summary>Reads every instrument and writes all of them.</summary>
    public string Write(ExpositionFormat format)
    {
        lock (_gate)
        {
            foreach (var family in _families.Values)
            {
                family.BeginScrape();
            }
        }

        _listener.RecordObservableInstruments();
        var text = new StringBuilder(4096);
        lock (_gate)
        {
            foreach (var (name, family) in _families)
            {
                family.Write(text, name, format);
            }
        }

        foreach (var (name, histogram) in _histograms)
        {
            WriteHead(text, name, histogram.Help, "histogram", format);
            foreach (var series in histogram.Read())
            {
                WriteHistogram(text, name, Labels(series.Labels.AsSpan()), series);
            }
        }

        if (format == ExpositionFormat.OpenMetrics)
        {
            text.Append("# EOF\n");
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    /// <summary>A label's value: backslash, quote and line feed escaped.</summary>
    internal static string EscapeLabel(string value) =>
        value.AsSpan().IndexOfAny('\\', '"', '\n') < 0
            ? value
            : value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private void Record(Family family, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_gate)
        {
            family.Record(value, Labels(tags));
        }
    }

    /// <summary>Labels as they are written, without braces: <c>policy="web",feature="dctcp"</c>.</summary>
    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }

        var text = new StringBuilder();
        foreach (var (key, value) in tags)
        {
            text.Append(text.Length == 0 ? "" : ",").Append(key).Append("=\"").Append(EscapeLabel(value?.ToString() ?? "")).Append('"');
        }

        return text.ToString();
    }

    private sealed class Family
    {
        private readonly Instrument _instrument;
        private readonly MetricKind _kind;
        private readonly IReadOnlyList<double> _bounds;
        private readonly SortedDictionary<string, Series> _series = new(StringComparer.Ordinal);

        public Family(Instrument instrument)
        {
            _instrument = instrument;
            _kind = instrument switch
            {
                Counter<long> or ObservableCounter<double> => MetricKind.Counter,
                Histogram<double> => MetricKind.Histogram,
                _ => MetricKind.Gauge,
            };
            _bounds = (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? [];
        }

        public void BeginScrape()
        {
            if (_instrument.IsObservable)
            {
                _series.Clear();
            }
        }

        public void Record(double value, string labels)
        {
            if (!_series.TryGetValue(labels, out var series))
            {
                _series[labels] = series = new Series(_kind == MetricKind.Histogram ? new long[_bounds.Count] : []);
            }

            series.Value = _instrument.IsObservable ? value : series.Value + value;
            series.Count++;
            for (var i = 0; i < series.Buckets.Length; i++)
            {
                series.Buckets[i] += value <= _bounds[i] ? 1 : 0;
            }
        }

        public void Write(StringBuilder text, string name, ExpositionFormat format)
        {
            // The base name is the family's in OpenMetrics; in the older format the family is called as the sample.
            var sample = _kind == MetricKind.Counter ? name + "_total" : name;
            var family = format == ExpositionFormat.OpenMetrics ? name : sample;
            WriteHead(text, family, _instrument.Description ?? "", _kind switch { MetricKind.Counter => "counter", MetricKind.Histogram => "histogram", _ => "gauge" }, format);
            foreach (var (labels, series) in _series)
            {
                if (_kind != MetricKind.Histogram)
                {
                    WriteSample(text, sample, labels, "", series.Value);
                    continue;
                }

                WriteHistogram(text, sample, labels, new HistogramSeries([], [.. _bounds.Zip(series.Buckets, static (bound, count) => (bound, (double)count))], series.Value, series.Count));
            }
        }
    }

    private static void WriteHead(StringBuilder text, string family, string description, string type, ExpositionFormat format)
    {
        var help = description.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        if (format == ExpositionFormat.OpenMetrics)
        {
            help = help.Replace("\"", "\\\"", StringComparison.Ordinal);
        }

        text.Append("# HELP ").Append(family).Append(' ').Append(help).Append('\n');
        text.Append("# TYPE ").Append(family).Append(' ').Append(type).Append('\n');
    }

    private static void WriteHistogram(StringBuilder text, string name, string labels, HistogramSeries series)
    {
        foreach (var (bound, count) in series.Buckets)
        {
            WriteSample(text, name + "_bucket", labels, Bound(bound), count);
        }

        WriteSample(text, name + "_bucket", labels, "+Inf", series.Count);
        WriteSample(text, name + "_sum", labels, "", series.Sum);
        WriteSample(text, name + "_count", labels, "", series.Count);
    }

    private static void WriteSample(StringBuilder text, string name, string labels, string bound, double value)
    {
        text.Append(name);
        if (labels.Length > 0 || bound.Length > 0)
        {
            text.Append('{').Append(labels);
            if (bound.Length > 0)
            {
                text.Append(labels.Length > 0 ? "," : "").Append("le=\"").Append(bound).Append('"');
            }

            text.Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    /// <summary>A bound in OpenMetrics' canonical form: <c>1.0</c>, not <c>1</c>.</summary>
    private static string Bound(double value)
    {
        var text = Number(value);
        return text.AsSpan().IndexOfAny('.', 'E', 'I') < 0 ? text + ".0" : text;
    }

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    private sealed record ReadHistogram(string Help, Func<IEnumerable<HistogramSeries>> Read);

    private sealed class Series(long[] buckets)
    {
        public long[] Buckets { get; } = buckets;

        public double Value { get; set; }

        public long Count { get; set; }
    }
}
