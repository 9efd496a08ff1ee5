using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using NetEdit.Adapter;
using NetEdit.Agent.Daemon;
using NetEdit.Agent.Metrics;
using NetEdit.Agent.Persistence;
using NetEdit.Agent.Plugins;
using NetEdit.Agent.Reconciliation;
using NetEdit.Host;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Tests.Metrics;

public sealed class AgentMetricsTests
{
    private static readonly CapabilityReport Capabilities = new(
        "6.18",
        [new("btf", true, "read"), new("struct-ops", false, "EPERM")]
    );

    [Theory]
    [InlineData(nameof(MetricsFormat.Text))]
    [InlineData(nameof(MetricsFormat.OpenMetrics))]
    public async Task Every_documented_metric_is_served(string format)
    {
        var metrics = Metrics(() => new MetricsSnapshot(null, null, Capabilities, false));

        var text = await Scrape(metrics, Enum.Parse<MetricsFormat>(format));

        foreach (var metric in MetricCatalog.All)
        {
            var family =
                format == nameof(MetricsFormat.OpenMetrics) && metric.Type == MetricType.Counter
                    ? metric.Name[..^"_total".Length]
                    : metric.Name;
            text.ShouldContain($"# TYPE {family} {metric.Type.ToString().ToLowerInvariant()}\n");
        }

        text.Split('\n')
            .Count(line => line.StartsWith("# TYPE", StringComparison.Ordinal))
            .ShouldBe(MetricCatalog.All.Length);
        text.EndsWith("\n# EOF\n", StringComparison.Ordinal).ShouldBe(format == nameof(MetricsFormat.OpenMetrics));
    }

    /// <summary>prometheus-net writes it as it is.</summary>
    [Fact]
    public void No_help_text_needs_an_escape() =>
        MetricCatalog
            .All.Where(metric => metric.Help.Any(character => character is < ' ' or '"' or '\\'))
            .ShouldBeEmpty();

    [Fact]
    public async Task A_scrape_runs_no_constructor_of_a_feature_that_no_policy_names()
    {
        var catalog = new FeatureCatalog([Path.GetDirectoryName(Plugins.FeatureCatalogTests.TestPlugin)!]);

        (
            await Scrape(
                new AgentMetrics(
                    catalog,
                    () => new MetricsSnapshot(Report, Usage, Capabilities, true),
                    new ContainerStarts(Unknown)
                )
            )
        ).ShouldContain("netedit_plugin_problems 0\n");

        catalog.Loaded.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_pass_and_the_kernels_counters_are_served()
    {
        var plugins = Path.GetDirectoryName(Plugins.FeatureCatalogTests.TestPlugin)!;
        var catalog = new FeatureCatalog([plugins]);
        catalog.Find("sample");
        catalog.Find("sample-broken");
        var metrics = new AgentMetrics(
            catalog,
            () =>
                new MetricsSnapshot(Report, Usage, Capabilities, true)
                {
                    Process = ProcessUsage.Read(),
                    Interval = TimeSpan.FromSeconds(30),
                },
            new ContainerStarts(Unknown)
        );
        metrics.Count(Report, [PassTrigger.Interval, PassTrigger.CgroupChanged]);

        var text = await Scrape(metrics);

        Promtool.Check(text);
        foreach (
            var line in new[]
            {
                "netedit_capability{capability=\"btf\"} 1",
                "netedit_capability{capability=\"struct-ops\"} 0",
                "netedit_feature_supported{feature=\"sample\",variant=\"plain\"} 1",
                "netedit_policy_set_info{revision=\"0123456789abcdef\"} 1",
                "netedit_policy_set_valid 0",
                "netedit_policy_state{policy=\"web\",state=\"Degraded\",reason=\"value-capped\"} 1",
                "netedit_policy_feature_state{policy=\"web\",feature=\"initial-cwnd\","
                    + "state=\"Active\",reason=\"none\"} 1",
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
                "netedit_reconcile_triggers_total{trigger=\"interval\"} 1",
                "netedit_reconcile_triggers_total{trigger=\"cgroup changed\"} 1",
                "netedit_reconcile_triggers_total{trigger=\"start\"} 0",
                "netedit_reconcile_interval_seconds 30",
                "netedit_last_success_timestamp_seconds 0",
                "netedit_last_policy_load_timestamp_seconds 0.02",
                "netedit_converged 1",
            }
        )
        {
            text.ShouldContain(line + "\n");
        }
    }

    [Fact]
    public async Task Containers_are_counted_and_their_waits_measured_by_policy()
    {
        var starts = new ContainerStarts((_, _) => DateTimeOffset.UnixEpoch);
        ReconcileReport Pass(int containers)
        {
            var paths = Enumerable.Range(1, containers).Select(number => $"/docker/{number}").ToArray();
            return Report with
            {
                Set = new PolicySet("r", [DockerPolicy(paths), new Policy { Name = "host" }]),
                Host = new HostFacts
                {
                    KernelRelease = "6.18",
                    Cgroups = paths.ToImmutableSortedDictionary(
                        path => path,
                        path => (ulong)path[^1],
                        StringComparer.Ordinal
                    ),
                },
                Observed = ObservedState.Empty with
                {
                    Chains = [.. paths.Select(path => new ObservedChain(path, path[^1], 1, "d", [], 1, 1))],
                },
            };
        }

        var report = Pass(0);
        var metrics = new AgentMetrics(
            new FeatureCatalog([]),
            () => new MetricsSnapshot(report, Usage, Capabilities, true),
            starts
        );
        metrics.Count(report, [PassTrigger.Start]);
        var text = await Scrape(metrics);
        const string Delay = "netedit_container_tuning_delay_seconds";
        text.ShouldContain($"{Delay}_count{{policy=\"web\"}} 0\n"); // so that the first increase can be seen

        report = Pass(3);
        metrics.Count(report, [PassTrigger.CgroupChanged]);
        text = await Scrape(metrics);
        Promtool.Check(text);
        text.ShouldContain("netedit_policy_containers{policy=\"web\"} 3\n");
        text.ShouldNotContain("netedit_policy_containers{policy=\"host\"}");
        text.ShouldContain($"{Delay}_count{{policy=\"web\"}} 3\n");
        text.ShouldContain($"{Delay}_bucket{{policy=\"web\",le=\"0.01\"}} 0\n");
        text.ShouldContain($"{Delay}_bucket{{policy=\"web\",le=\"0.025\"}} 3\n");
        Value(text, $"{Delay}_sum{{policy=\"web\"}}").ShouldBe(0.06, 1e-9, "a pass ends 20 ms after the epoch");

        // Containers end; what was measured stays.
        report = Pass(1);
        metrics.Count(report, [PassTrigger.CgroupChanged]);
        text = await Scrape(metrics);
        text.ShouldContain("netedit_policy_containers{policy=\"web\"} 1\n");
        text.ShouldContain($"{Delay}_count{{policy=\"web\"}} 3\n");
    }

    [Fact]
    public async Task When_policies_were_loaded_is_the_end_of_the_first_pass_with_their_revision()
    {
        const string Series = "netedit_last_policy_load_timestamp_seconds";
        const string Success = "netedit_last_success_timestamp_seconds";
        var metrics = Metrics(() => new MetricsSnapshot(Report, Usage, Capabilities, true));
        async Task<(double Load, double Success)> After(string revision, int second, ReconcileResult result)
        {
            metrics.Count(
                Report with
                {
                    Revision = revision,
                    StartedAt = DateTimeOffset.UnixEpoch.AddSeconds(second),
                    Result = result,
                },
                [PassTrigger.Interval]
            );
            var text = await Scrape(metrics);
            return (Value(text, Series), Value(text, Success));
        }

        (await After("", 1, ReconcileResult.Failed)).ShouldBe((0.0, 0.0));
        (await After("a", 2, ReconcileResult.Changed)).ShouldBe((2.02, 2.02));
        (await After("a", 3, ReconcileResult.Unchanged)).ShouldBe((2.02, 3.02));
        (await After("a", 4, ReconcileResult.Invalid)).ShouldBe((2.02, 3.02));
        (await After("b", 5, ReconcileResult.Failed)).ShouldBe((5.02, 3.02));
    }

    [Fact]
    public async Task A_sysctl_is_counted_in_each_network_namespace_by_its_state()
    {
        ObservedSysctl In(ulong network, string value) =>
            new(new SysctlKey(network, "net.core.queue"), "9", "4", value) { Policy = "web", Before = "9" };
        var report = Report with
        {
            Observed = ObservedState.Empty with { Sysctls = [In(1, "9"), In(2, "7"), In(3, "9")] },
        };

        var text = await Scrape(Metrics(() => new MetricsSnapshot(report, Usage, Capabilities, true)));

        text.ShouldContain("netedit_sysctl{sysctl=\"net.core.queue\",policy=\"web\",state=\"set\"} 2\n");
        text.ShouldContain("netedit_sysctl{sysctl=\"net.core.queue\",policy=\"web\",state=\"changed-by-others\"} 1\n");
    }

    [Fact]
    public async Task Labels_do_not_grow_with_containers_and_interfaces()
    {
        var containers = Enumerable.Range(0, 300).Select(number => $"/docker/{number}").ToArray();
        var selector = new ContainerSelector(ImmutableSortedDictionary<string, string>.Empty.Add("runtime", "docker"));
        var report = Report with
        {
            Set = new PolicySet(
                "r",
                [
                    new Policy
                    {
                        Name = "web",
                        Container = selector,
                        Scopes = [.. containers],
                        Interfaces = ["veth*"],
                    },
                ]
            ),
            Observed = ObservedState.Empty with
            {
                Foreign =
                [
                    .. containers.Select((path, number) => new ForeignProgram(path, (uint)number, "a", null)),
                    .. containers.Select(
                        (_, number) => new ForeignProgram($"veth{number}", 1, "a", null) { Hook = "tc/egress" }
                    ),
                ],
            },
        };
        var usage = Usage with
        {
            Chains = [.. containers.Select((path, number) => new ChainUsage(path, (uint)number, 2, 1_000_000_000, 10))],
            Attachments =
            [
                .. containers.Select((path, number) => Program(1000 + number, "cgroup/setsockopt", path)),
                .. containers.Select((_, number) => Program(2000 + number, "tc/egress", $"veth{number}")),
            ],
        };
        var metrics = Metrics(() => new MetricsSnapshot(report, usage, Capabilities, true));

        var text = await Scrape(metrics);

        Promtool.Check(text);
        text.ShouldNotContain("/docker/");
        text.ShouldNotContain("veth1");
        const string Scope = "containers { runtime: \\\"docker\\\" }";
        foreach (
            var line in new[]
            {
                $"netedit_chain_runs_total{{scope=\"{Scope}\"}} 600",
                $"netedit_chain_run_seconds_total{{scope=\"{Scope}\"}} 300",
                $"netedit_kernel_memory_bytes{{object=\"chain\",name=\"{Scope}\"}} 3000",
                $"netedit_kernel_memory_bytes{{object=\"program\",name=\"guard at cgroup/setsockopt of "
                    + $"{Scope}\"}} 21000",
                "netedit_kernel_memory_bytes{object=\"program\",name=\"guard at tc/egress of veth*\"} 21000",
                "netedit_program_events_total{feature=\"guard\",hook=\"cgroup/setsockopt\","
                    + $"target=\"{Scope}\",event=\"denied\"}} 900",
                "netedit_program_runs_total{feature=\"guard\",hook=\"tc/egress\",target=\"veth*\"} 1200",
                $"netedit_foreign_programs{{scope=\"{Scope}\",hook=\"sockops\"}} 300",
                "netedit_foreign_programs{scope=\"veth*\",hook=\"tc/egress\"} 300",
            }
        )
        {
            text.ShouldContain(line + "\n");
        }

        // A container that is gone takes its chain along, and its runs stay counted.
        usage = usage with
        {
            Chains = [usage.Chains[0] with { Runs = 5 }],
        };
        text = await Scrape(metrics);
        text.ShouldContain($"netedit_chain_runs_total{{scope=\"{Scope}\"}} 603\n");
        text.ShouldContain($"netedit_kernel_memory_bytes{{object=\"chain\",name=\"{Scope}\"}} 10\n");
    }

    /// <summary>A container that lived between two scrapes was never counted.</summary>
    [Fact]
    public async Task What_was_counted_between_two_scrapes_and_is_taken_away_before_the_second_is_in_the_sums()
    {
        const string Series = "netedit_connections_tuned_total{policy=\"web\",feature=\"initial-cwnd\"}";
        var usage = Tuned(order: 1, 7);
        var metrics = Metrics(() => new MetricsSnapshot(Report, usage, Capabilities, true));
        (await Scrape(metrics)).ShouldContain($"{Series} 7\n");

        metrics.Add(Tuned(order: 3, 10), Report);
        usage = Tuned(order: 2, 9); // read before, and late
        (await Scrape(metrics)).ShouldContain($"{Series} 10\n");
        usage = Usage with { Order = 4, Counters = [] };
        (await Scrape(metrics)).ShouldContain($"{Series} 10\n");
        usage = Tuned(order: 5, 2); // made anew
        (await Scrape(metrics)).ShouldContain($"{Series} 12\n");

        static KernelUsage Tuned(long order, ulong count) =>
            Usage with
            {
                Order = order,
                Counters = [new TuningCounter(1, 0, CounterKind.Tuned, "", count)],
            };
    }

    [Fact]
    public async Task A_series_that_is_no_more_is_not_written_again()
    {
        var report = Report;
        var metrics = Metrics(() => new MetricsSnapshot(report, Usage, Capabilities, true));
        (await Scrape(metrics)).ShouldContain("netedit_policy_state{policy=\"web\"");

        report = Report with { Policies = [] };

        (await Scrape(metrics)).ShouldNotContain("netedit_policy_state{policy");
    }

    /// <summary>Names that others choose, in every place that is a label.</summary>
    [Theory]
    [InlineData("quote \" backslash \\ line\nend")]
    [InlineData("\",x=\"y\"} 1\nnetedit_evil 1\n#")]
    [InlineData("\r\t\0\u0001\u001b[31m\u2028\u202e\ufeff{}le=")]
    [InlineData("lone \ud800 surrogate, \ufffd replacement, \U0001F600")]
    [InlineData("")]
    public async Task Hostile_names_are_escaped(string name)
    {
        var report = Report with
        {
            Set = new PolicySet(
                "r",
                [
                    new Policy
                    {
                        Name = name,
                        Scopes = [name],
                        Interfaces = [name],
                    },
                ]
            ),
            Revision = name,
            Policies =
            [
                new PolicyDecision(
                    name,
                    name,
                    name,
                    PolicyState.Active,
                    new Reason(name, name),
                    [new FeatureDecision(name, PolicyState.Active, name, name, [], [])]
                ),
            ],
            Desired = DesiredState.Empty with
            {
                Profiles = [new DesiredProfile(1, [new ProfileEntry(0, name, name, [])]) { Id = 1, Measured = [name] }],
            },
            Quarantine =
            [
                new QuarantineEntry(
                    QuarantineCause.Refused,
                    name,
                    name,
                    name,
                    name,
                    name,
                    DateTimeOffset.UnixEpoch,
                    []
                ),
            ],
            Losses = ImmutableSortedDictionary<string, long>.Empty.Add(name, 3),
            Pauses = [name],
            StateProblems = [new StateProblem(name, name)],
            Observed = ObservedState.Empty with
            {
                Algorithms = [new ObservedAlgorithm(name, "b", 2, false) { Users = 2 }],
                Sysctls = [new ObservedSysctl(new SysctlKey(1, name), "9", "4", "9") { Policy = name, Before = "9" }],
                Foreign = [new ForeignProgram(name, 1, name, null) { Hook = name }],
            },
        };
        var events = ImmutableSortedDictionary<string, ulong>.Empty.Add(name, 3);
        var usage = new KernelUsage(
            [new ChainUsage(name, 1, 9, 1, 1)],
            [new AlgorithmUsage(name, 1, 100, events)],
            [new MapUsage(name, 4096, MapEntries.Rules)],
            [new TuningCounter(1, 0, CounterKind.Tuned, "", 7), new TuningCounter(1, 0, CounterKind.Failed, name, 2)],
            ImmutableSortedDictionary<ulong, long>.Empty.Add(1, 5)
        )
        {
            Attachments = [new AttachmentUsage(new AttachmentKey(name, "xdp", name), 1, 1, 1, 1, events)],
            Measures = [new ProfileMeasures(1, 1, Measures(1))],
        };
        var capabilities = new CapabilityReport(name, [new(name, true, name)]);
        var metrics = Metrics(() => new MetricsSnapshot(report, usage, capabilities, true));
        metrics.Count(report, [name]);

        var text = await Scrape(metrics);

        Promtool.Check(text);
        text.Split('\n')
            .ShouldAllBe(line =>
                line.Length == 0 || line.StartsWith('#') || line.StartsWith("netedit_", StringComparison.Ordinal)
            );
        text.ShouldNotContain("\nnetedit_evil");
        (await Scrape(metrics, MetricsFormat.OpenMetrics)).ShouldEndWith("\n# EOF\n");
    }

    [Fact]
    public async Task Kernel_histograms_keep_their_counts_and_their_sum()
    {
        var desired = DesiredState.Empty with
        {
            Profiles =
            [
                new DesiredProfile(1, [new ProfileEntry(0, "initial-cwnd", "web", [])]) { Id = 1, Measured = ["web"] },
            ],
        };
        var usage = Usage with { Measures = [new ProfileMeasures(1, 3, Measures(3))] };
        var metrics = Metrics(() => new MetricsSnapshot(Report with { Desired = desired }, usage, Capabilities, true));

        var text = await Scrape(metrics);

        Promtool.Check(text);
        const string Series = "netedit_connection_round_trip_seconds";
        text.ShouldContain($"{Series}_count{{policy=\"web\",arm=\"on\"}} 3\n");
        text.ShouldContain($"{Series}_bucket{{policy=\"web\",arm=\"on\",le=\"+Inf\"}} 3\n");
        Value(text, $"{Series}_sum{{policy=\"web\",arm=\"on\"}}").ShouldBe(3 * MeasuredMicroseconds / 1e6, 1e-15);

        // A profile made anew counts from nothing; the histogram does not.
        usage = Usage with
        {
            Measures = [new ProfileMeasures(1, 1, Measures(1))],
        };
        text = await Scrape(metrics);
        text.ShouldContain($"{Series}_count{{policy=\"web\",arm=\"on\"}} 4\n");
        Value(text, $"{Series}_sum{{policy=\"web\",arm=\"on\"}}").ShouldBe(4 * MeasuredMicroseconds / 1e6, 1e-15);
    }

    [Fact]
    public async Task What_cannot_be_read_fails_the_scrape()
    {
        var metrics = Metrics(() => throw new InvalidOperationException("a plugin's fault"));

        await Should.ThrowAsync<InvalidOperationException>(() => Scrape(metrics));
    }

    private static Policy DockerPolicy(string[] paths) =>
        new()
        {
            Name = "web",
            Container = new ContainerSelector(ImmutableSortedDictionary<string, string>.Empty.Add("runtime", "docker")),
            Scopes = [.. paths],
        };

    private static AgentMetrics Metrics(Func<MetricsSnapshot> snapshot) =>
        new(new FeatureCatalog([]), snapshot, new ContainerStarts(Unknown));

    private static DateTimeOffset? Unknown(string path, ulong id) => null;

    private const ulong MeasuredMicroseconds = 1100;

    /// <summary>Connections whose every measure has this value.</summary>
    private static ImmutableArray<MeasuredValues> Measures(ulong connections)
    {
        var bucket = Enumerable
            .Range(0, MeasureBuckets.Count)
            .Last(number => MeasureBuckets.From(number) <= MeasuredMicroseconds);
        var buckets = new ulong[MeasureBuckets.Count];
        buckets[bucket] = connections;
        var values = new MeasuredValues(connections * MeasuredMicroseconds, [.. buckets]);
        return [.. Enum.GetValues<Measure>().Select(_ => values)];
    }

    private static double Value(string text, string series) =>
        double.Parse(
            text.Split('\n').Single(line => line.StartsWith(series + " ", StringComparison.Ordinal))[
                (series.Length + 1)..
            ],
            CultureInfo.InvariantCulture
        );

    private static AttachmentUsage Program(int id, string hook, string target) =>
        new(
            new AttachmentKey("guard", hook, target),
            (uint)id,
            4,
            1,
            70,
            ImmutableSortedDictionary<string, ulong>.Empty.Add("denied", 3)
        );

    private static async Task<string> Scrape(AgentMetrics metrics, MetricsFormat format = MetricsFormat.Text) =>
        Encoding.UTF8.GetString((await metrics.ScrapeAsync(format, CancellationToken.None)).Span);

    private static ReconcileReport Report { get; } =
        new()
        {
            Trigger = "test",
            StartedAt = DateTimeOffset.UnixEpoch,
            Duration = TimeSpan.FromMilliseconds(20),
            Result = ReconcileResult.Invalid,
            Converged = true,
            Revision = "0123456789abcdef",
            Set = new PolicySet("0123456789abcdef", [new Policy { Name = "web" }]),
            PolicyErrors = [new PolicyError("a.yaml", 1, 2, "wrong")],
            Policies =
            [
                new PolicyDecision(
                    "web",
                    "web.yaml:1",
                    "/",
                    PolicyState.Degraded,
                    new Reason(ReasonCodes.ValueCapped, "rmem_max"),
                    [new FeatureDecision("initial-cwnd", PolicyState.Active, "bpf", "segments: 40", [], [])]
                ),
            ],
            Desired = DesiredState.Empty with
            {
                Profiles = [new DesiredProfile(1, [new ProfileEntry(0, "initial-cwnd", "web", [])]) { Id = 1 }],
            },
            KeptSince = DateTimeOffset.UnixEpoch,
            Quarantine =
            [
                new QuarantineEntry(
                    QuarantineCause.Refused,
                    "dctcp",
                    "bpf",
                    "digest",
                    "6.18",
                    "load: EINVAL",
                    DateTimeOffset.UnixEpoch,
                    []
                ),
            ],
            Losses = ImmutableSortedDictionary<string, long>.Empty.Add("initial-cwnd", 3),
            Pauses = ["feature/dctcp"],
            StateProblems = [new StateProblem("pauses.json", "damaged")],
            Observed = ObservedState.Empty with
            {
                Algorithms =
                [
                    new ObservedAlgorithm("netedit_dctcp", "a", 1, true),
                    new ObservedAlgorithm("netedit_dctcp", "b", 2, false) { Users = 2 },
                    new ObservedAlgorithm("netedit_dctcp", "c", 3, false) { Users = 3 },
                ],
                FormerMaps = ["/sys/fs/bpf/x/maps/01234567"],
                Orphans = [new Orphan("/x", "why")],
                Sysctls =
                [
                    new ObservedSysctl(new SysctlKey(1, "net.core.queue"), "9", "4", "9")
                    {
                        Policy = "web",
                        Before = "9",
                    },
                    new ObservedSysctl(new SysctlKey(1, "net.core.other"), "9", "4", "7")
                    {
                        Policy = "web",
                        Before = "9",
                    },
                ],
                Foreign = [new ForeignProgram("/", 1, "a", null), new ForeignProgram("/", 2, "b", null)],
            },
        };

    private static KernelUsage Usage { get; } =
        new(
            [new ChainUsage("/", 1, 9, 1_500_000_000, 8192)],
            [
                new AlgorithmUsage(
                    "netedit_dctcp",
                    1,
                    100,
                    ImmutableSortedDictionary<string, ulong>.Empty.Add("no_ecn", 3)
                ),
            ],
            [new MapUsage("rules", 4096, MapEntries.Rules)],
            [
                new TuningCounter(1, 0, CounterKind.Tuned, "", 7),
                new TuningCounter(1, 0, CounterKind.Failed, "EPERM", 2),
            ],
            ImmutableSortedDictionary<ulong, long>.Empty.Add(1, 5).Add(99, 6)
        );
}
