using System.Collections.Immutable;

namespace NetEdit.Agent.Metrics;

/// <summary>Every metric of the agent; <c>docs/metrics.md</c> is generated from it.</summary>
internal static class MetricCatalog
{
    /// <summary>All metrics in the order of the documentation.</summary>
    public static readonly ImmutableArray<Metric> All =
    [
        .. HostMetrics.All,
        .. PolicyMetrics.All,
        .. ConnectionMetrics.All,
        .. ProgramMetrics.All,
        .. ObjectMetrics.All,
        .. AuditMetrics.All,
        .. PassMetrics.All,
        .. ProcessMetrics.All,
    ];

    /// <summary>Metrics that had another name, or counted something else; the old series are gone.</summary>
    public static readonly ImmutableArray<(string Before, string Now)> Renamed =
    [
        ("`netedit_audit_last_time_seconds`", "`netedit_last_audit_timestamp_seconds`"),
        (
            "`netedit_sysctl`, always 1, with the state in one network namespace",
            "`netedit_sysctl`, the number of network namespaces with that state"
        ),
    ];

    /// <summary>Defines a gauge.</summary>
    public static Metric Gauge(
        string name,
        string help,
        ImmutableArray<string> labels,
        Func<Reading, IEnumerable<Sample>> read
    ) => new ValueMetric(name, MetricType.Gauge, help, labels, read);

    /// <summary>Defines a counter.</summary>
    public static Metric Counter(
        string name,
        string help,
        ImmutableArray<string> labels,
        Func<Reading, IEnumerable<Sample>> read
    ) => new ValueMetric(name, MetricType.Counter, help, labels, read);
}
