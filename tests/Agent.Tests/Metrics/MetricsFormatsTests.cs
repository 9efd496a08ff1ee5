using NetEdit.Agent.Metrics;

namespace NetEdit.Agent.Tests.Metrics;

public sealed class MetricsFormatsTests
{
    // As Prometheus 2.50 and later ask.
    private const string Prometheus =
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
        + "application/openmetrics-text;version=0.0.1;q=0.5,"
        + "text/plain;version=1.0.0;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

    [Theory]
    [InlineData(null, nameof(MetricsFormat.Text))]
    [InlineData("*/*", nameof(MetricsFormat.Text))]
    [InlineData("text/plain", nameof(MetricsFormat.Text))]
    [InlineData("application/openmetrics-text", nameof(MetricsFormat.OpenMetrics))]
    [InlineData("application/openmetrics-text;q=0", nameof(MetricsFormat.Text))]
    [InlineData(
        "application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        nameof(MetricsFormat.Text)
    )]
    [InlineData(
        "application/openmetrics-text;version=1.0.0;q=0.3,text/plain;version=0.0.4;q=0.5",
        nameof(MetricsFormat.Text)
    )]
    [InlineData(Prometheus, nameof(MetricsFormat.OpenMetrics))]
    public void The_format_is_the_one_asked_for(string? accept, string expected) =>
        MetricsFormats.Negotiate(accept).ToString().ShouldBe(expected);
}
