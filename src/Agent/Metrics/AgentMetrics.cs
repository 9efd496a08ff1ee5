using System.Diagnostics.Metrics;
using NetEdit.Adapter;
using NetEdit.Agent.Auditing;
using NetEdit.Agent.Plugins;
using NetEdit.Agent.Reconciliation;
using NetEdit.Host;
using NetEdit.Policies;
using NetEdit.State;

namespace NetEdit.Agent.Metrics;

/// <summary>What is scraped: the last pass, and the kernel's counters of this moment.</summary>
internal sealed record MetricsSnapshot(ReconcileReport? Report, KernelUsage? Usage, CapabilityReport Capabilities, bool RunTimeStatistics);

/// <summary>The agent's instruments. What the kernel counts is read when it is scraped; no thread polls.</summary>
internal sealed class AgentMetrics : IDisposable
{
    private readonly Meter _meter = new("NetEdit", ProductInfo.Version);
    private readonly Exposition _exposition;
    private readonly Lock _gate = new();
    private readonly Func<MetricsSnapshot> _snapshot;
    private readonly FeatureCatalog _catalog;
    private readonly CounterLedger _ledger = new();
    private readonly ConnectionLedger _connections = new();
    private readonly Counter<long> _reconciles;
    private readonly Counter<long> _walkedSockets;
    private readonly Counter<long> _walkedSettings;
    private readonly Histogram<double> _duration;
    private MetricsSnapshot _current = new(null, null, new CapabilityReport("", "", []), false);
    private double _lastSuccess;

    /// <summary>Registers the instruments.</summary>
    /// <param name="catalog">The installed features.</param>
    /// <param name="snapshot">Called once per scrape.</param>
    public AgentMetrics(FeatureCatalog catalog, Func<MetricsSnapshot> snapshot)
    {
        _catalog = catalog;
        _snapshot = snapshot;
        _exposition = new Exposition(_meter);
        _reconciles = _meter.CreateCounter<long>(BaseName(MetricDefinitions.Reconciles), null, MetricDefinitions.Reconciles.Help);
        _walkedSockets = _meter.CreateCounter<long>(BaseName(MetricDefinitions.WalkedSockets), null, MetricDefinitions.WalkedSockets.Help);
        _walkedSettings = _meter.CreateCounter<long>(BaseName(MetricDefinitions.WalkedSettings), null, MetricDefinitions.WalkedSettings.Help);
        _duration = _meter.CreateHistogram(
            MetricDefinitions.ReconcileDuration.Name,
            "s",
            MetricDefinitions.ReconcileDuration.Help,
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = MetricDefinitions.DurationBuckets });

        Observe(MetricDefinitions.BuildInfo, () => [Sample(MetricDefinitions.BuildInfo, 1, ProductInfo.Version)]);
        Observe(MetricDefinitions.Capability, () => _current.Capabilities.Capabilities.Select(item => Sample(MetricDefinitions.Capability, item.Available, item.Name)));
        Observe(MetricDefinitions.FeatureSupported, FeatureSupport);
        Observe(MetricDefinitions.PluginProblems, () => [Sample(MetricDefinitions.PluginProblems, _catalog.Problems.Length)]);
        Observe(MetricDefinitions.RunTimeStatistics, () => [Sample(MetricDefinitions.RunTimeStatistics, _current.RunTimeStatistics)]);
        Observe(MetricDefinitions.LastSuccess, () => [Sample(MetricDefinitions.LastSuccess, _lastSuccess)]);
        ObservePolicies();
        ObserveKernel();
    }

    /// <summary>Counts a pass.</summary>
    public void Count(ReconcileReport report)
    {
        _reconciles.Add(1, new KeyValuePair<string, object?>(MetricDefinitions.Reconciles.Labels[0], report.Result.ToString().ToLowerInvariant()));
        _duration.Record(report.Duration.TotalSeconds);
        foreach (var walk in report.Walks)
        {
            foreach (var (result, sockets) in new[] { ("changed", walk.Changed), ("unchanged", walk.Unchanged), ("skipped", walk.Skipped), ("failed", walk.Failed) })
            {
                // Not by scope: those of containers come and go, and a counter stays.
                _walkedSockets.Add(sockets, new KeyValuePair<string, object?>(MetricDefinitions.WalkedSockets.Labels[0], result));
            }

            foreach (var (action, settings) in new[] { ("tuned", walk.Tuned), ("released", walk.Released) })
            {
                foreach (var (feature, sockets) in settings)
                {
                    Add(_walkedSettings, MetricDefinitions.WalkedSettings, sockets, feature, action);
                }
            }
        }

        if (report.Result is ReconcileResult.Changed or ReconcileResult.Unchanged)
        {
            _lastSuccess = (report.StartedAt + report.Duration).ToUnixTimeMilliseconds() / 1000.0;
        }
    }

    /// <summary>All metrics as text.</summary>
    public string Scrape(ExpositionFormat format)
    {
        lock (_gate)
        {
            _current = _snapshot();
            if (_current is { Report: { } report, Usage: { } usage })
            {
                _ledger.Update(report.Desired, usage.Counters);
                _connections.Update(report.Desired, usage);
            }

            return _exposition.Write(format);
        }
    }

    public void Dispose()
    {
        _exposition.Dispose();
        _meter.Dispose();
    }

    private static void Add(Counter<long> counter, MetricDefinition definition, long value, string first, string second) =>
        counter.Add(value, new KeyValuePair<string, object?>(definition.Labels[0], first), new KeyValuePair<string, object?>(definition.Labels[1], second));

    /// <summary>The name of the instrument: exporters add the ending of a counter themselves.</summary>
    private static string BaseName(MetricDefinition definition) =>
        definition.Kind == MetricKind.Counter ? definition.Name[..^"_total".Length] : definition.Name;

    private static Measurement<double> Sample(MetricDefinition definition, double value, params ReadOnlySpan<string> labels)
    {
        var tags = new KeyValuePair<string, object?>[definition.Labels.Length];
        for (var i = 0; i < tags.Length; i++)
        {
            tags[i] = new(definition.Labels[i], labels[i]);
        }

        return new Measurement<double>(value, tags);
    }

    private static Measurement<double> Sample(MetricDefinition definition, bool value, params ReadOnlySpan<string> labels) => Sample(definition, value ? 1 : 0, labels);

    private void Observe(MetricDefinition definition, Func<IEnumerable<Measurement<double>>> read)
    {
        if (definition.Kind == MetricKind.Counter)
        {
            _meter.CreateObservableCounter(BaseName(definition), read, null, definition.Help);
        }
        else
        {
            _meter.CreateObservableGauge(definition.Name, read, null, definition.Help);
        }
    }

    /// <summary>Measures of the last pass; none before the first.</summary>
    private void ObserveReport(MetricDefinition definition, Func<ReconcileReport, IEnumerable<Measurement<double>>> read) =>
        Observe(definition, () => _current.Report is { } report ? read(report) : []);

    /// <summary>Measures of the last audit, of what is in force still; none before the first.</summary>
    private void ObserveAudit(MetricDefinition definition, Func<AuditLine, IEnumerable<Measurement<double>>> read) => ObserveReport(definition, report =>
        (report.Audit?.Lines ?? []).IntersectBy(report.Policies.SelectMany(policy => policy.Features, (policy, feature) => (policy.Policy, feature.Feature)), line => (line.Policy, line.Feature)).SelectMany(read));

    /// <summary>Measures of the kernel's counters; none when they cannot be read.</summary>
    private void ObserveUsage(MetricDefinition definition, Func<KernelUsage, IEnumerable<Measurement<double>>> read) =>
        Observe(definition, () => _current.Usage is { } usage ? read(usage) : []);

    private void ObservePolicies()
    {
        ObserveReport(MetricDefinitions.PolicySetInfo, report => [Sample(MetricDefinitions.PolicySetInfo, 1, report.Revision)]);
        ObserveReport(MetricDefinitions.PolicySetValid, report => [Sample(MetricDefinitions.PolicySetValid, report.PolicyErrors.IsEmpty)]);
        ObserveReport(MetricDefinitions.PolicyState, report =>
            report.AuditedPolicies.Select(policy => Sample(MetricDefinitions.PolicyState, 1, policy.Policy, policy.State.ToString(), policy.Reason.Code)));
        ObserveReport(MetricDefinitions.PolicyFeatureState, report =>
            from policy in report.AuditedPolicies
            from feature in policy.Features
            select Sample(MetricDefinitions.PolicyFeatureState, 1, policy.Policy, feature.Feature, feature.State.ToString(), ReasonCode(feature)));
        ObserveAudit(MetricDefinitions.AuditConnections, line =>
        [
            Sample(MetricDefinitions.AuditConnections, line.Kept, line.Policy, line.Feature, "kept"),
            Sample(MetricDefinitions.AuditConnections, line.Otherwise, line.Policy, line.Feature, "otherwise"),
            Sample(MetricDefinitions.AuditConnections, line.NotTold, line.Policy, line.Feature, "not-told"),
        ]);
        ObserveAudit(MetricDefinitions.AuditFailed, line => [Sample(MetricDefinitions.AuditFailed, line.Verdict == AuditVerdict.AuditFailed, line.Policy, line.Feature)]);
        ObserveReport(MetricDefinitions.AuditLastTime, report => [Sample(MetricDefinitions.AuditLastTime, (report.Audit?.At.ToUnixTimeMilliseconds() ?? 0) / 1000.0)]);
        ObserveReport(MetricDefinitions.Converged, report => [Sample(MetricDefinitions.Converged, report.Converged)]);
        ObserveReport(MetricDefinitions.Paused, report => report.Pauses.Add(PauseTarget.Everything).Select(target => Sample(MetricDefinitions.Paused, report.Pauses.Contains(target), target)));
        ObserveReport(MetricDefinitions.Draining, report => report.Observed.Algorithms.Where(algorithm => !algorithm.Registered)
            .GroupBy(algorithm => algorithm.Algorithm, StringComparer.Ordinal)
            .Select(algorithm => Sample(MetricDefinitions.Draining, algorithm.Sum(generation => generation.Users), algorithm.Key)));
        ObserveReport(MetricDefinitions.FormerMaps, report => [Sample(MetricDefinitions.FormerMaps, report.Observed.FormerMaps.Length)]);
        ObserveReport(MetricDefinitions.Orphans, report => [Sample(MetricDefinitions.Orphans, report.Observed.Orphans.Length)]);
        ObserveReport(MetricDefinitions.Quarantined, report =>
            report.Quarantine.DistinctBy(entry => (entry.Feature, entry.Variant, entry.Cause)).Select(entry => Sample(MetricDefinitions.Quarantined, 1, entry.Feature, entry.Variant, entry.Cause.ToString().ToLowerInvariant())));
        ObserveReport(MetricDefinitions.DriftRepairs, report => report.Losses.Select(loss => Sample(MetricDefinitions.DriftRepairs, loss.Value, loss.Key)));
        ObserveReport(MetricDefinitions.Sysctl, report => report.Observed.Sysctls.DistinctBy(sysctl => (sysctl.Key.Name, sysctl.Policy)).Select(sysctl => Sample(MetricDefinitions.Sysctl, 1, sysctl.Key.Name, sysctl.Policy, SysctlDrift.StateOf(sysctl))));
        ObserveReport(MetricDefinitions.StateProblems, report => report.StateProblems.Select(problem => problem.File).Distinct(StringComparer.Ordinal).Select(file => Sample(MetricDefinitions.StateProblems, 1, file)));
        ObserveReport(MetricDefinitions.PoliciesFromDisk, report => [Sample(MetricDefinitions.PoliciesFromDisk, report.KeptSince is not null)]);
        ObserveReport(MetricDefinitions.ForeignPrograms, report =>
            report.Observed.Foreign.CountBy(program => (program.Scope, program.Hook)).Select(place => Sample(MetricDefinitions.ForeignPrograms, place.Value, place.Key.Scope, place.Key.Hook)));
    }

    private void ObserveKernel()
    {
        ObserveUsage(MetricDefinitions.ConnectionsTuned, _ => Sums(MetricDefinitions.ConnectionsTuned, CounterKind.Tuned));
        ObserveUsage(MetricDefinitions.ConnectionsObserved, _ => _connections.Observed.Select(series => Sample(MetricDefinitions.ConnectionsObserved, series.Value, series.Key.Policy, series.Key.Feature)));
        ObserveUsage(MetricDefinitions.ArmConnections, _ => _connections.Arms.Select(series => Sample(MetricDefinitions.ArmConnections, series.Value, series.Key.Policy, series.Key.Arm)));
        ObserveMeasure(MetricDefinitions.RoundTrip, Measure.RoundTrip);
        ObserveMeasure(MetricDefinitions.DeliveryRate, Measure.DeliveryRate);
        ObserveMeasure(MetricDefinitions.Retransmitted, Measure.Retransmitted);
        ObserveMeasure(MetricDefinitions.ConnectionDuration, Measure.Duration);
        ObserveUsage(MetricDefinitions.LiveSockets, usage => usage.LiveSockets is not { } sockets
            ? []
            : _ledger.SocketsByOwner(sockets).Select(owner => Sample(MetricDefinitions.LiveSockets, owner.Value, owner.Key.Policy, owner.Key.Feature)));
        ObserveUsage(MetricDefinitions.TuningFailures, _ => Sums(MetricDefinitions.TuningFailures, CounterKind.Failed));
        ObserveUsage(MetricDefinitions.ChainConflicts, _ => Sums(MetricDefinitions.ChainConflicts, CounterKind.Conflict));
        ObserveUsage(MetricDefinitions.ChainRuns, usage => usage.Chains.Select(chain => Sample(MetricDefinitions.ChainRuns, chain.Runs, chain.Scope)));
        ObserveUsage(MetricDefinitions.ChainRunSeconds, usage => usage.Chains.Select(chain => Sample(MetricDefinitions.ChainRunSeconds, chain.RunTimeNanoseconds / 1e9, chain.Scope)));
        ObserveUsage(MetricDefinitions.AlgorithmEvents, usage =>
            from algorithm in usage.Algorithms
            from counter in algorithm.Counters
            select Sample(MetricDefinitions.AlgorithmEvents, counter.Value, algorithm.Algorithm, counter.Key));
        ObserveUsage(MetricDefinitions.ProgramEvents, usage =>
            from program in usage.Attachments
            from counter in program.Counters
            select Sample(MetricDefinitions.ProgramEvents, counter.Value, program.Key.Feature, program.Key.Hook, program.Key.Target, counter.Key));
        ObserveUsage(MetricDefinitions.ProgramRuns, usage => usage.Attachments.Select(program => Sample(MetricDefinitions.ProgramRuns, program.Runs, program.Key.Feature, program.Key.Hook, program.Key.Target)));
        ObserveUsage(MetricDefinitions.ProgramRunSeconds, usage => usage.Attachments.Select(program => Sample(MetricDefinitions.ProgramRunSeconds, program.RunTimeNanoseconds / 1e9, program.Key.Feature, program.Key.Hook, program.Key.Target)));
        ObserveUsage(MetricDefinitions.KernelMemory, usage =>
            usage.Chains.Select(chain => Sample(MetricDefinitions.KernelMemory, chain.MemoryBytes, "chain", chain.Scope))
                .Concat(usage.Attachments.Select(program => Sample(MetricDefinitions.KernelMemory, program.MemoryBytes, "program", program.Key.ToString())))
                .Concat(usage.Algorithms.Select(algorithm => Sample(MetricDefinitions.KernelMemory, algorithm.MemoryBytes, "algorithm", algorithm.Algorithm)))
                .Concat(usage.Maps.Select(map => Sample(MetricDefinitions.KernelMemory, map.MemoryBytes, "map", map.Name)))
                .Concat(usage.JournalBytes == 0 ? [] : [Sample(MetricDefinitions.KernelMemory, usage.JournalBytes, "map", "sysctls")]));
        ObserveUsage(MetricDefinitions.PolicyMemory, usage => _current.Report is not { } report
            ? []
            : PolicyMemory.Divide(report.Desired, usage.Maps, usage.Attachments).Select(policy => Sample(MetricDefinitions.PolicyMemory, Math.Round(policy.Value), policy.Key)));
    }

    // The meter has no histograms that are read: what the kernel has sorted into buckets goes to the exposition as it is.
    private void ObserveMeasure(MetricDefinition definition, Measure measure) => _exposition.AddHistogram(
        definition.Name,
        definition.Help,
        () => _current.Usage is null ? [] : _connections.Measures.Select(series => HistogramSeries.Of(
            measure, series.Value.Values[(int)measure], [new(definition.Labels[0], series.Key.Policy), new(definition.Labels[1], series.Key.Arm)])));

    private IEnumerable<Measurement<double>> Sums(MetricDefinition definition, CounterKind kind) =>
        _ledger.Sums.Where(sum => sum.Key.Kind == kind).Select(sum => Sample(definition, sum.Value, sum.Key.Policy, sum.Key.Feature, sum.Key.Errno));

    private IEnumerable<Measurement<double>> FeatureSupport() =>
        from name in _catalog.Names
        let feature = _catalog.Find(name)
        where feature is not null
        from variant in feature.Variants
        select Sample(MetricDefinitions.FeatureSupported, variant.AllRequirements.All(_current.Capabilities.Has), name, variant.Name);

    private static string ReasonCode(FeatureDecision feature) =>
        feature.Reasons.IsEmpty ? ReasonCodes.None : feature.Reasons[0].Code;
}
