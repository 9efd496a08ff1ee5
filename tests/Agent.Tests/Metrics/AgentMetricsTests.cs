using System.Collections.Immutable;
using NetEdit.Adapter;
using NetEdit.Agent.Metrics;
using NetEdit.Agent.Persistence;
using NetEdit.Agent.Plugins;
using NetEdit.Agent.Reconciliation;
using NetEdit.Host;
using NetEdit.Policies;
using NetEdit.PolicyEngine;
using NetEdit.State;
using Shouldly;
using Xunit;

namespace NetEdit.Agent.Tests.Metrics;

public sealed class AgentMetricsTests
{
    private static readonly CapabilityReport Capabilities = new("6.18", "", [new("btf", true, "read"), new("struct-ops", false, "EPERM")]);

    [Fact]
    public void Every_documented_metric_is_served()
    {
        using var metrics = new AgentMetrics(new FeatureCatalog([]), () => new MetricsSnapshot(null, null, Capabilities, false));

        var text = metrics.Scrape(ExpositionFormat.Text);

        foreach (var definition in MetricDefinitions.All)
        {
            text.ShouldContain($"# TYPE {definition.Name} {definition.Kind.ToString().ToLowerInvariant()}\n");
        }

        text.Split('\n').Count(line => line.StartsWith("# TYPE", StringComparison.Ordinal)).ShouldBe(MetricDefinitions.All.Length);
    }

    [Fact]
    public void A_pass_and_the_kernels_counters_are_served()
    {
        using var metrics = new AgentMetrics(new FeatureCatalog([Path.GetDirectoryName(Plugins.FeatureCatalogTests.SamplePlugin)!]), () => new MetricsSnapshot(Report, Usage, Capabilities, true));
        metrics.Count(Report);

        var text = metrics.Scrape(ExpositionFormat.Text);

        Promtool.Check(text);
        foreach (var line in new[]
        {
            "netedit_capability{capability=\"btf\"} 1",
            "netedit_capability{capability=\"struct-ops\"} 0",
            "netedit_feature_supported{feature=\"sample\",variant=\"plain\"} 1",
            "netedit_policy_set_info{revision=\"0123456789abcdef\"} 1",
            "netedit_policy_set_valid 0",
            "netedit_policy_state{policy=\"web\",state=\"Degraded\",reason=\"value-capped\"} 1",
            "netedit_policy_feature_state{policy=\"web\",feature=\"initial-cwnd\",state=\"Active\",reason=\"none\"} 1",
            "netedit_connections_tuned_total{policy=\"web\",feature=\"initial-cwnd\"} 7",
            "netedit_live_sockets{policy=\"web\",feature=\"initial-cwnd\"} 5",
            "netedit_tuning_failures_total{policy=\"web\",feature=\"initial-cwnd\",errno=\"EPERM\"} 2",
            "netedit_chain_runs_total{scope=\"/\"} 9",
            "netedit_chain_run_seconds_total{scope=\"/\"} 1.5",
            "netedit_algorithm_events_total{algorithm=\"netedit_dctcp\",event=\"no_ecn\"} 3",
            "netedit_kernel_memory_bytes{object=\"map\",name=\"rules\"} 4096",
            "netedit_orphans 1",
            "netedit_sysctl{sysctl=\"net.core.queue\",policy=\"web\",state=\"set\"} 1",
            "netedit_sysctl{sysctl=\"net.core.other\",policy=\"web\",state=\"changed-by-others\"} 1",
            "netedit_foreign_programs{scope=\"/\",hook=\"sockops\"} 2",
            "netedit_quarantined{feature=\"dctcp\",variant=\"bpf\",cause=\"refused\"} 1",
            "netedit_drift_repairs_total{feature=\"initial-cwnd\"} 3",
            "netedit_state_file_problems{file=\"pauses.json\"} 1",
            "netedit_policies_from_disk 1",
            "netedit_paused{target=\"everything\"} 0",
            "netedit_paused{target=\"feature/dctcp\"} 1",
            "netedit_draining_sockets{algorithm=\"netedit_dctcp\"} 5",
            "netedit_former_maps 1",
            "netedit_reconciles_total{result=\"invalid\"} 1",
            "netedit_reconcile_duration_seconds_bucket{le=\"0.025\"} 1",
            "netedit_run_time_statistics_enabled 1",
            "netedit_converged 1",
        })
        {
            text.ShouldContain(line + "\n");
        }
    }

    private static ReconcileReport Report { get; } = new()
    {
        Trigger = "test",
        StartedAt = DateTimeOffset.UnixEpoch,
        Duration = TimeSpan.FromMilliseconds(20),
        Result = ReconcileResult.Invalid,
        Converged = true,
        Revision = "0123456789abcdef",
        PolicyErrors = [new PolicyError("a.yaml", 1, 2, "wrong")],
        Policies =
        [
            new PolicyDecision("web", "web.yaml:1", "/", PolicyState.Degraded, new Reason(ReasonCodes.ValueCapped, "rmem_max"), [new FeatureDecision("initial-cwnd", PolicyState.Active, "bpf", "segments: 40", [], [])]),
        ],
        Desired = DesiredState.Empty with { Profiles = [new DesiredProfile(1, 1, [new ProfileEntry(0, "initial-cwnd", "web", [])])] },
        KeptSince = DateTimeOffset.UnixEpoch,
        Quarantine = [new QuarantineEntry(QuarantineCause.Refused, "dctcp", "bpf", "digest", "6.18", "load: EINVAL", DateTimeOffset.UnixEpoch, [])],
        Losses = ImmutableSortedDictionary<string, long>.Empty.Add("initial-cwnd", 3),
        Pauses = ["feature/dctcp"],
        StateProblems = [new StateProblem("pauses.json", "damaged")],
        Observed = ObservedState.Empty with
        {
            Algorithms = [new ObservedAlgorithm("netedit_dctcp", "a", 1, true), new ObservedAlgorithm("netedit_dctcp", "b", 2, false) { Users = 2 }, new ObservedAlgorithm("netedit_dctcp", "c", 3, false) { Users = 3 }],
            FormerMaps = ["/sys/fs/bpf/x/maps/01234567"],
            Orphans = [new Orphan("/x", "why")],
            Sysctls = [new ObservedSysctl(new SysctlKey(1, "net.core.queue"), "9", "4", "9") { Policy = "web", Before = "9" }, new ObservedSysctl(new SysctlKey(1, "net.core.other"), "9", "4", "7") { Policy = "web", Before = "9" }],
            Foreign = [new ForeignProgram("/", 1, "a", null), new ForeignProgram("/", 2, "b", null)],
        },
    };

    private static KernelUsage Usage { get; } = new(
        [new ChainUsage("/", 9, 1_500_000_000, 8192)],
        [new AlgorithmUsage("netedit_dctcp", 100, ImmutableSortedDictionary<string, ulong>.Empty.Add("no_ecn", 3))],
        [new MapUsage("rules", 4096, MapEntries.Rules)],
        [new TuningCounter(1, 0, CounterKind.Tuned, "", 7), new TuningCounter(1, 0, CounterKind.Failed, "EPERM", 2)],
        ImmutableSortedDictionary<ulong, long>.Empty.Add(1, 5).Add(99, 6));
}
