using System.Collections.Immutable;
using static NetEdit.Agent.Metrics.MetricCatalog;

namespace NetEdit.Agent.Metrics;

/// <summary>Metrics of the agent and of what the host can do.</summary>
internal static class HostMetrics
{
    public static readonly ImmutableArray<Metric> All =
    [
        Gauge(
            "netedit_build_info",
            "Always 1; the version of the agent",
            ["version"],
            _ => [new(1, ProductInfo.Version)]),
        Gauge(
            "netedit_capability",
            "Whether the host has a capability, found by trying",
            ["capability"],
            reading => reading.Snapshot.Capabilities.Capabilities.Select(item => Sample.Of(item.Available, item.Name))),
        Gauge(
            "netedit_feature_supported",
            "Whether the host has every capability that a variant needs, of each feature that a policy has named since the agent started",
            ["feature", "variant"],
            reading =>
                from feature in reading.Catalog.Loaded
                from variant in feature.Variants
                select Sample.Of(variant.AllRequirements.All(reading.Snapshot.Capabilities.Has), feature.Name, variant.Name)),
        Gauge(
            "netedit_plugin_problems",
            "Plugins and plugin directories that cannot be used",
            [],
            reading => [new(reading.Catalog.Problems.Length)]),
    ];
}
