using System.Text.RegularExpressions;
using NetEdit.Agent.Metrics;

namespace NetEdit.Agent.Tests.Metrics;

/// <summary>Compares what queries of Prometheus ask for with what the agent serves.</summary>
internal static partial class QuerySelectors
{
    // Prometheus adds these to what it scrapes.
    private static readonly string[] OfPrometheus = ["instance", "job"];

    private static readonly string[] Suffixes = ["_bucket", "_sum", "_count"];

    /// <summary>Fails when a query names a metric that the agent does not serve, or a label that the metric does not have.</summary>
    /// <returns>The labels that the metrics of the query have.</returns>
    public static IReadOnlySet<string> Check(string query)
    {
        var labels = OfPrometheus.ToHashSet(StringComparer.Ordinal);
        foreach (Match selector in SelectorPattern().Matches(query))
        {
            var own = LabelsOf(selector.Groups["metric"].Value).ShouldNotBeNull($"{selector.Value} of {query}");
            selector
                .Groups["label"]
                .Captures.Select(capture => capture.Value)
                .Except(own.Concat(OfPrometheus))
                .ShouldBeEmpty($"{selector.Value} of {query}");
            labels.UnionWith(own);
        }

        foreach (Match grouping in GroupingPattern().Matches(query))
        {
            grouping.Groups["labels"].Value.Split(", ").Except(labels).ShouldBeEmpty($"{grouping.Value} of {query}");
        }

        return labels;
    }

    private static IEnumerable<string>? LabelsOf(string name) =>
        MetricCatalog.All.FirstOrDefault(metric => metric.Name == name && metric.Type != MetricType.Histogram)
            is { } plain
            ? plain.Labels
        : MetricCatalog.All.FirstOrDefault(metric =>
            metric.Type == MetricType.Histogram && Suffixes.Any(suffix => metric.Name + suffix == name)
        )
            is { } histogram
            ? histogram.Labels.Append("le")
        : null;

    [GeneratedRegex(
        """\b(?<metric>(netedit|process)_[a-z_]+)(\{((?<label>[a-z]+)=~?"[^"]*",?)*\})?""",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex SelectorPattern();

    [GeneratedRegex(
        @"\bby \((?<labels>[a-z, ]+)\)",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex GroupingPattern();
}
