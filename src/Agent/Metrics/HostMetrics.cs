using System.Collections.Immutable;
using NetEdit.Agent.Daemon;
using NetEdit.Model;
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
            _ => [new(1, ProductInfo.Version)]
        ),
        Gauge(
            "netedit_capability",
            "Whether the host has a capability, as its probe found",
            ["capability"],
            reading =>
                reading.Snapshot.Capabilities?.Capabilities.Select(item => Sample.Of(item.Available, item.Name)) ?? []
        ),
        Gauge(
            "netedit_feature_supported",
            "Whether the host has every capability that a variant needs, for each feature that a "
                + "policy has named since the agent started",
            ["feature", "variant"],
            reading =>
                from capabilities in new[] { reading.Snapshot.Capabilities }.OfType<CapabilityReport>()
                from feature in reading.Catalog.Loaded
                from variant in feature.Variants
                select Sample.Of(variant.AllRequirements.All(capabilities.Has), feature.Name, variant.Name)
        ),
        Gauge(
            "netedit_agent_problem",
            "1 while an optional part of the agent does not run; the agent keeps trying to start it",
            ["part"],
            reading => AgentPart.All.Select(part => Sample.Of(reading.Snapshot.Problems.ContainsKey(part), part))
        ),
        Gauge(
            "netedit_plugin_problems",
            "Plugins and plugin directories that cannot be used",
            [],
            reading => [new(reading.Catalog.Problems.Length)]
        ),
    ];
}
