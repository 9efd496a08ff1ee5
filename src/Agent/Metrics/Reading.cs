using System.Collections.Immutable;
using NetEdit.Adapter;
using NetEdit.Agent.Plugins;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;

namespace NetEdit.Agent.Metrics;

/// <summary>The state of the agent and the kernel at the moment of a scrape.</summary>
/// <param name="Report">The last pass; null before the first.</param>
/// <param name="Usage">The kernel's counters; null when they cannot be read.</param>
/// <param name="Capabilities">What the host can do; null before the first pass.</param>
/// <param name="RunTimeStatistics">Whether this agent has switched on the kernel's run-time statistics.</param>
internal sealed record MetricsSnapshot(
    ReconcileReport? Report,
    KernelUsage? Usage,
    CapabilityReport? Capabilities,
    bool RunTimeStatistics
)
{
    /// <summary>Parts of the agent that do not run, and why.</summary>
    public ImmutableSortedDictionary<string, string> Problems { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What the agent's process uses; null when that is not known.</summary>
    public ProcessUsage? Process { get; init; }

    /// <summary>Time between two checks for drift.</summary>
    public TimeSpan Interval { get; init; }
}

/// <summary>Everything that a scrape reports.</summary>
internal sealed record Reading
{
    /// <summary>The state of the agent and the kernel.</summary>
    public required MetricsSnapshot Snapshot { get; init; }

    /// <summary>The installed features.</summary>
    public required FeatureCatalog Catalog { get; init; }

    /// <summary>Totals of all passes.</summary>
    public required PassTotals Passes { get; init; }

    /// <summary>Sums of what was set.</summary>
    public required CounterLedger Settings { get; init; }

    /// <summary>Sums of connections.</summary>
    public required ConnectionLedger Connections { get; init; }

    /// <summary>Sums of programs.</summary>
    public required ProgramLedger Programs { get; init; }

    /// <summary>Names of cgroups and interfaces.</summary>
    public required TargetNames Names { get; init; }

    /// <summary>Reads something of the last pass; nothing before the first.</summary>
    public IEnumerable<Sample> OfReport(Func<ReconcileReport, IEnumerable<Sample>> read) =>
        Snapshot.Report is { } report ? read(report) : [];

    /// <summary>Reads something of the kernel's counters; nothing when they cannot be read.</summary>
    public IEnumerable<T> OfUsage<T>(Func<KernelUsage, IEnumerable<T>> read) =>
        Snapshot.Usage is { } usage ? read(usage) : [];
}
