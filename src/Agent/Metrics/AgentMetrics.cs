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
internal sealed class AgentMetrics(FeatureCatalog catalog, Func<MetricsSnapshot> snapshot)
{
    private readonly SharedWork<MetricsFormat, ReadOnlyMemory<byte>> _scrapes = new();
    private readonly CounterLedger _settings = new();
    private readonly ConnectionLedger _connections = new();
    private readonly ProgramLedger _programs = new();
    private volatile PassTotals _passes = new();

    /// <summary>Counts a pass. Only one thread may call it at a time.</summary>
    public void Count(ReconcileReport report) => _passes = _passes.Add(report);

    /// <summary>Writes all metrics as text, as they are after the call.</summary>
    public Task<ReadOnlyMemory<byte>> ScrapeAsync(MetricsFormat format, CancellationToken cancel) =>
        _scrapes.DoAsync(format, () => PrometheusRegistry.WriteAsync(Read(), format, CancellationToken.None), cancel);

    // One after the other: counters must reach the ledgers in the order in which they were read.
    private CollectorRegistry Read()
    {
        var now = snapshot();
        var names = new TargetNames(now.Report?.Set);
        if (now is { Report: { } report, Usage: { } usage })
        {
            _settings.Update(report.Desired, usage.Counters);
            _connections.Update(report.Desired, usage);
            _programs.Update(usage, names);
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
