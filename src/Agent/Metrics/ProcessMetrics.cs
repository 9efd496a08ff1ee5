using System.Collections.Immutable;
using static NetEdit.Agent.Metrics.MetricCatalog;

namespace NetEdit.Agent.Metrics;

/// <summary>Metrics of the agent's process, with the names that all clients of Prometheus give them.</summary>
internal static class ProcessMetrics
{
    public static readonly ImmutableArray<Metric> All =
    [
        Counter(
            "process_cpu_seconds_total",
            "Time that the agent has spent on processors, in user and kernel mode",
            [],
            reading => Of(reading, process => process.CpuSeconds)
        ),
        Gauge(
            "process_resident_memory_bytes",
            "Resident memory of the agent",
            [],
            reading => Of(reading, process => process.ResidentBytes)
        ),
        Gauge(
            "process_virtual_memory_bytes",
            "Virtual memory of the agent; the runtime reserves far more than it uses",
            [],
            reading => Of(reading, process => process.VirtualBytes)
        ),
        Gauge(
            "process_virtual_memory_max_bytes",
            "Virtual memory that the agent may have; 2^64 - 1 when it is not limited",
            [],
            reading => Of(reading, process => process.MostVirtualBytes)
        ),
        Gauge(
            "process_open_fds",
            "Open file descriptors of the agent",
            [],
            reading => Of(reading, process => process.OpenDescriptors)
        ),
        Gauge(
            "process_max_fds",
            "File descriptors that the agent may have open at once; 2^64 - 1 when they are not limited",
            [],
            reading => Of(reading, process => process.MostDescriptors)
        ),
        Gauge(
            "process_start_time_seconds",
            "When the agent started, in seconds since 1970",
            [],
            reading => Of(reading, process => process.StartTime)
        ),
    ];

    private static IEnumerable<Sample> Of(Reading reading, Func<ProcessUsage, double> value) =>
        reading.Snapshot.Process is { } process ? [new(value(process))] : [];
}
