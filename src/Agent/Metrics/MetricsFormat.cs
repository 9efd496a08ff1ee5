using System.Globalization;

namespace NetEdit.Agent.Metrics;

/// <summary>The text formats Prometheus reads.</summary>
internal enum MetricsFormat
{
    /// <summary>Prometheus' text format 0.0.4.</summary>
    Text,

    /// <summary>OpenMetrics 1.0.0.</summary>
    OpenMetrics,
}

/// <summary>Chooses among the text formats.</summary>
internal static class MetricsFormats
{
    /// <summary>The value of <c>Content-Type</c>.</summary>
    public static string ContentType(MetricsFormat format) =>
        format == MetricsFormat.OpenMetrics
            ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
            : "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>
    /// Chooses the format by the value of <c>Accept</c>: OpenMetrics when it is asked for at least as much as text.
    /// </summary>
    public static MetricsFormat Negotiate(string? accept)
    {
        double open = 0;
        double text = 0;
        const StringSplitOptions Clean = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        foreach (var range in (accept ?? "").Split(',', Clean))
        {
            var parts = range.Split(';', StringSplitOptions.TrimEntries);
            var quality = 1.0;
            var version = "";
            foreach (var part in parts.AsSpan(1))
            {
                if (part.StartsWith("q=", StringComparison.OrdinalIgnoreCase))
                {
                    quality = double.TryParse(
                        part.AsSpan(2),
                        NumberStyles.Float,
                        CultureInfo.InvariantCulture,
                        out var parsed
                    )
                        ? parsed
                        : 0;
                }
                else if (part.StartsWith("version=", StringComparison.OrdinalIgnoreCase))
                {
                    version = part["version=".Length..].Trim('"');
                }
            }

            if (
                parts[0].Equals("application/openmetrics-text", StringComparison.OrdinalIgnoreCase)
                && (version is "" or "1.0.0")
            )
            {
                open = Math.Max(open, quality);
            }
            else if (
                parts[0].Equals("text/plain", StringComparison.OrdinalIgnoreCase)
                || parts[0].Equals("text/*", StringComparison.OrdinalIgnoreCase)
            )
            {
                text = Math.Max(text, quality);
            }
        }

        return open > 0 && open >= text ? MetricsFormat.OpenMetrics : MetricsFormat.Text;
    }
}
