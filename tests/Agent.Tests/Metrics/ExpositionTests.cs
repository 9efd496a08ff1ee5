using System.Diagnostics;
using System.Diagnostics.Metrics;
using NetEdit.Agent.Metrics;
using Shouldly;
using Xunit;

namespace NetEdit.Agent.Tests.Metrics;

public sealed class ExpositionTests : IDisposable
{
    private readonly Meter _meter = new("test");
    private readonly Exposition _exposition;

    public ExpositionTests() => _exposition = new Exposition(_meter);

    public void Dispose()
    {
        _exposition.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void Counters_gauges_and_histograms_are_written_in_text_format()
    {
        Record();

        _exposition.Write(ExpositionFormat.Text).ShouldBe(
            """
            # HELP test_passes_total Passes
            # TYPE test_passes_total counter
            test_passes_total{result="failed"} 1
            test_passes_total{result="ok"} 5
            # HELP test_seconds Time
            # TYPE test_seconds histogram
            test_seconds_bucket{le="0.5"} 1
            test_seconds_bucket{le="1.0"} 2
            test_seconds_bucket{le="+Inf"} 3
            test_seconds_sum 3.75
            test_seconds_count 3
            # HELP test_state A \\ and a \n in help, a " as it is
            # TYPE test_state gauge
            test_state{policy="quote \" backslash \\ line\nend",empty=""} 1

            """);
    }

    [Fact]
    public void OpenMetrics_names_the_family_and_ends_with_eof()
    {
        Record();

        var text = _exposition.Write(ExpositionFormat.OpenMetrics);

        text.ShouldContain("# TYPE test_passes counter\ntest_passes_total{result=\"failed\"} 1\n");
        text.ShouldContain("a \\\" as it is\n");
        text.ShouldEndWith("\n# EOF\n");
    }

    [Fact]
    public void An_observed_series_that_is_no_more_is_not_written_again()
    {
        Measurement<double>[] now = [new(1, new KeyValuePair<string, object?>("policy", "a"))];
        _meter.CreateObservableGauge("test_state", () => now);
        _exposition.Write(ExpositionFormat.Text).ShouldContain("policy=\"a\"");

        now = [new(2, new KeyValuePair<string, object?>("policy", "b"))];

        var text = _exposition.Write(ExpositionFormat.Text);
        text.ShouldNotContain("policy=\"a\"");
        text.ShouldContain("test_state{policy=\"b\"} 2");
    }

    [Theory]
    [InlineData(null, nameof(ExpositionFormat.Text))]
    [InlineData("*/*", nameof(ExpositionFormat.Text))]
    [InlineData("text/plain", nameof(ExpositionFormat.Text))]
    [InlineData("application/openmetrics-text", nameof(ExpositionFormat.OpenMetrics))]
    [InlineData("application/openmetrics-text;q=0", nameof(ExpositionFormat.Text))]
    [InlineData("application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", nameof(ExpositionFormat.Text))]
    [InlineData("application/openmetrics-text;version=1.0.0;q=0.3,text/plain;version=0.0.4;q=0.5", nameof(ExpositionFormat.Text))]
    [InlineData("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2", nameof(ExpositionFormat.OpenMetrics))]
    public void The_format_is_the_one_asked_for(string? accept, string expected) => Exposition.Negotiate(accept).ToString().ShouldBe(expected);

    [Fact]
    public void Promtool_finds_nothing_to_object_to()
    {
        Record();
        Promtool.Check(_exposition.Write(ExpositionFormat.Text));
    }

    private void Record()
    {
        var passes = _meter.CreateCounter<long>("test_passes", null, "Passes");
        passes.Add(2, new KeyValuePair<string, object?>("result", "ok"));
        passes.Add(3, new KeyValuePair<string, object?>("result", "ok"));
        passes.Add(1, new KeyValuePair<string, object?>("result", "failed"));
        var seconds = _meter.CreateHistogram("test_seconds", "s", "Time", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1] });
        seconds.Record(0.25);
        seconds.Record(1);
        seconds.Record(2.5);
        _meter.CreateObservableGauge(
            "test_state",
            () => new Measurement<double>(1, new KeyValuePair<string, object?>("policy", "quote \" backslash \\ line\nend"), new KeyValuePair<string, object?>("empty", "")),
            null,
            "A \\ and a \n in help, a \" as it is");
    }
}

/// <summary>Prometheus' own linter.</summary>
internal static class Promtool
{
    public static void Check(string metrics)
    {
        var promtool = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(directory => Path.Combine(directory, "promtool")).FirstOrDefault(File.Exists);
        promtool.ShouldNotBeNull("promtool is missing: run eng/setup.sh test, which puts it in artifacts/tools/bin");
        using var process = Process.Start(new ProcessStartInfo(promtool, ["check", "metrics"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.StandardInput.Write(metrics);
        process.StandardInput.Close();
        var objections = process.StandardError.ReadToEnd() + process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        objections.ShouldBeEmpty();
        process.ExitCode.ShouldBe(0);
    }
}
