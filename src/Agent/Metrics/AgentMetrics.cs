using NetEdit.Adapter;
using NetEdit.Agent.Control;
using NetEdit.Agent.Plugins;
using NetEdit.Agent.Reconciliation;
using Prometheus;

namespace NetEdit.Agent.Metrics;

/// <summary>
/// The agent's metrics. What the kernel counts is read when it is scraped; no thread polls. One scrape is made at a time, and all that
/// ask while one is being made share the next: many scrapers cost no more memory or time than two. prometheus-net is loaded by the
/// first scrape.
/// </summary>
/// <param name="catalog">The installed features.</param>
/// <param name="snapshot">Reads the state of the agent and the kernel; called once per scrape.</param>
/// <param name="starts">Finds out how long containers wait for their policies.</param>
internal sealed class AgentMetrics(FeatureCatalog catalog, Func<MetricsSnapshot> snapshot, ContainerStarts starts)
{
    private readonly SharedWork<MetricsFormat, ReadOnlyMemory<byte>> _scrapes = new();
    private readonly Lock _gate = new();
    private readonly CounterLedger _settings = new();
    private readonly ConnectionLedger _connections = new();
    private readonly ProgramLedger _programs = new();
    private volatile PassTotals _passes = new();
    private long _newest;
    private long _newestSettings;

    /// <summary>Counts a pass. Only one thread may call it at a time.</summary>
    /// <param name="report">The pass.</param>
    /// <param name="triggers">What caused it.</param>
    public void Count(ReconcileReport report, IReadOnlyCollection<string> triggers) =>
        _passes = _passes.Add(report, triggers, starts.Update(report));

    /// <summary>Adds counters up that a pass is about to take away, so that what was counted since the last scrape is not lost.</summary>
    /// <param name="usage">The counters.</param>
    /// <param name="report">The last pass, which says whose they are.</param>
    public void Add(KernelUsage usage, ReconcileReport report)
    {
        lock (_gate)
        {
            Add(usage, report, new TargetNames(report.Set));
        }
    }

    /// <summary>Adds counters up by policy and feature, as a scrape does.</summary>
    /// <param name="usage">The counters; nothing else of the kernel need be in it.</param>
    /// <param name="report">The last pass, which says whose they are.</param>
    public CountersReport CountConnections(KernelUsage usage, ReconcileReport report)
    {
        lock (_gate)
        {
            AddSettings(usage, report);
            return CountersReport.Of(_settings, report.Desired, usage.LiveSockets, TimeProvider.System);
        }
    }

    /// <summary>Writes all metrics as text, as they are after the call.</summary>
    public Task<ReadOnlyMemory<byte>> ScrapeAsync(MetricsFormat format, CancellationToken cancel) =>
        _scrapes.DoAsync(format, () => PrometheusRegistry.WriteAsync(Read(), format, CancellationToken.None), cancel);

    private CollectorRegistry Read()
    {
        var now = snapshot();
        var names = new TargetNames(now.Report?.Set);
        lock (_gate)
        {
            if (now is { Report: { } report, Usage: { } usage })
            {
                Add(usage, report, names);
            }

            return PrometheusRegistry.Of(
                new Reading
                {
                    Snapshot = now,
                    Catalog = catalog,
                    Passes = _passes,
                    Settings = _settings,
                    Connections = _connections,
                    Programs = _programs,
                    Names = names,
                }
            );
        }
    }

    // Ledgers take a counter that has fallen for another one: a reading that others have overtaken must not reach them.
    private void Add(KernelUsage usage, ReconcileReport report, TargetNames names)
    {
        AddSettings(usage, report);
        if (usage.Order < _newest)
        {
            return;
        }

        _newest = usage.Order;
        _connections.Update(report.Desired, usage);
        _programs.Update(usage, names);
    }

    private void AddSettings(KernelUsage usage, ReconcileReport report)
    {
        if (usage.Order >= _newestSettings)
        {
            _newestSettings = usage.Order;
            _settings.Update(report.Desired, usage.Counters);
        }
    }
}
