using System.Collections.Immutable;

namespace NetEdit.Agent.Metrics;

/// <summary>Kind of a metric.</summary>
internal enum MetricKind
{
    Gauge,
    Counter,
    Histogram,
}

/// <summary>One metric: what is registered, written, and documented.</summary>
/// <param name="Name">As it is scraped; a counter ends in <c>_total</c>.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Help">One sentence without a full stop.</param>
/// <param name="Labels">Its labels.</param>
internal sealed record MetricDefinition(string Name, MetricKind Kind, string Help, params ImmutableArray<string> Labels);

/// <summary>Every metric there is; <c>docs/metrics.md</c> is generated from it.</summary>
internal static class MetricDefinitions
{
    public static readonly MetricDefinition BuildInfo = new("netedit_build_info", MetricKind.Gauge, "Always 1; the version of the agent", "version");
    public static readonly MetricDefinition Capability = new("netedit_capability", MetricKind.Gauge, "Whether the host has a capability, found by trying", "capability");
    public static readonly MetricDefinition FeatureSupported = new("netedit_feature_supported", MetricKind.Gauge, "Whether the host has every capability that a variant of an installed feature needs", "feature", "variant");
    public static readonly MetricDefinition PluginProblems = new("netedit_plugin_problems", MetricKind.Gauge, "Plugins and plugin directories that cannot be used");

    public static readonly MetricDefinition PolicySetInfo = new("netedit_policy_set_info", MetricKind.Gauge, "Always 1; the revision of the policies in force", "revision");
    public static readonly MetricDefinition PolicySetValid = new("netedit_policy_set_valid", MetricKind.Gauge, "Whether the newest policies are valid; 0 while the last good ones are kept instead");
    public static readonly MetricDefinition PolicyState = new("netedit_policy_state", MetricKind.Gauge, "Always 1; the state of a policy and the code of its reason", "policy", "state", "reason");
    public static readonly MetricDefinition PolicyFeatureState = new("netedit_policy_feature_state", MetricKind.Gauge, "Always 1; the state of a feature of a policy and the code of its first reason", "policy", "feature", "state", "reason");

    public static readonly MetricDefinition ConnectionsTuned = new("netedit_connections_tuned_total", MetricKind.Counter, "Settings made on connections", "policy", "feature");
    public static readonly MetricDefinition ConnectionsObserved = new("netedit_connections_observed_total", MetricKind.Counter, "Connections that a policy in mode observe would have given a feature to", "policy", "feature");
    public static readonly MetricDefinition ArmConnections = new("netedit_arm_connections_total", MetricKind.Counter, "Connections of a policy with a share: on are those it is for, off the others it would be for", "policy", "arm");
    public static readonly MetricDefinition RoundTrip = new("netedit_connection_round_trip_seconds", MetricKind.Histogram, "Smoothed round-trip time of connections when they closed, of policies that are measured", "policy", "arm");
    public static readonly MetricDefinition DeliveryRate = new("netedit_connection_delivery_rate_bytes_per_second", MetricKind.Histogram, "Delivery rate of connections, as the kernel last sampled it before they closed, of policies that are measured", "policy", "arm");
    public static readonly MetricDefinition Retransmitted = new("netedit_connection_retransmitted_ratio", MetricKind.Histogram, "Retransmitted share of the segments with data, of policies that are measured", "policy", "arm");
    public static readonly MetricDefinition ConnectionDuration = new("netedit_connection_duration_seconds", MetricKind.Histogram, "Time from establishment to the end of connections, of policies that are measured", "policy", "arm");
    public static readonly MetricDefinition LiveSockets = new("netedit_live_sockets", MetricKind.Gauge, "Open sockets of the agent's network namespace that were given a feature by a policy; missing where the kernel cannot walk sockets", "policy", "feature");
    public static readonly MetricDefinition WalkedSockets = new("netedit_walked_sockets_total", MetricKind.Counter, "Open connections looked at after a change, by what came of it: changed, unchanged, skipped or failed", "result");
    public static readonly MetricDefinition WalkedSettings = new("netedit_walked_settings_total", MetricKind.Counter, "Open connections that a feature was given to (tuned) or taken back from (released)", "feature", "action");
    public static readonly MetricDefinition TuningFailures = new("netedit_tuning_failures_total", MetricKind.Counter, "Settings the kernel refused on connections", "policy", "feature", "errno");
    public static readonly MetricDefinition ChainConflicts = new("netedit_chain_conflicts_total", MetricKind.Counter, "Answers withheld because another stage or a narrower scope had answered", "policy", "feature");
    public static readonly MetricDefinition ChainRuns = new("netedit_chain_runs_total", MetricKind.Counter, "Runs of a chain since it was loaded; counted while run-time statistics are on", "scope");
    public static readonly MetricDefinition ChainRunSeconds = new("netedit_chain_run_seconds_total", MetricKind.Counter, "Time spent in a chain since it was loaded; counted while run-time statistics are on", "scope");
    public static readonly MetricDefinition RunTimeStatistics = new("netedit_run_time_statistics_enabled", MetricKind.Gauge, "Whether this agent has switched on the kernel's run-time statistics of BPF programs");
    public static readonly MetricDefinition AlgorithmEvents = new("netedit_algorithm_events_total", MetricKind.Counter, "Counters a congestion control of ours keeps", "algorithm", "event");
    public static readonly MetricDefinition ProgramEvents = new("netedit_program_events_total", MetricKind.Counter, "Counters a program of ours keeps that is attached by itself", "feature", "hook", "target", "event");
    public static readonly MetricDefinition ProgramRuns = new("netedit_program_runs_total", MetricKind.Counter, "Runs of such a program since it was loaded; counted while run-time statistics are on", "feature", "hook", "target");
    public static readonly MetricDefinition ProgramRunSeconds = new("netedit_program_run_seconds_total", MetricKind.Counter, "Time spent in such a program since it was loaded; counted while run-time statistics are on", "feature", "hook", "target");
    public static readonly MetricDefinition KernelMemory = new("netedit_kernel_memory_bytes", MetricKind.Gauge, "Locked kernel memory of an object of ours; object is chain, program, algorithm or map", "object", "name");
    public static readonly MetricDefinition PolicyMemory = new("netedit_policy_memory_bytes", MetricKind.Gauge, "A policy's part of the locked kernel memory of the shared maps, and its programs that are attached by themselves", "policy");

    public static readonly MetricDefinition Paused = new("netedit_paused", MetricKind.Gauge, "Whether the kill switch has switched a target off: everything, feature/NAME or policy/NAME; always there for everything", "target");
    public static readonly MetricDefinition Draining = new("netedit_draining_sockets", MetricKind.Gauge, "Sockets that keep a congestion control in the kernel that is no longer registered; it goes with the last of them", "algorithm");
    public static readonly MetricDefinition FormerMaps = new("netedit_former_maps", MetricKind.Gauge, "Sets of shared maps of another version that a chain still uses");
    public static readonly MetricDefinition Orphans = new("netedit_orphans", MetricKind.Gauge, "Pins of ours in the kernel that nothing refers to");
    public static readonly MetricDefinition Quarantined = new("netedit_quarantined", MetricKind.Gauge, "Always 1; a feature that is not tried again on this kernel; variant is empty for all of one that flaps, and cause is refused or flapping", "feature", "variant", "cause");
    public static readonly MetricDefinition DriftRepairs = new("netedit_drift_repairs_total", MetricKind.Counter, "How often what was in force of a feature was found missing in the kernel without our doing", "feature");
    public static readonly MetricDefinition Sysctl = new("netedit_sysctl", MetricKind.Gauge, "Always 1; a sysctl that a policy has set, and whether it is set, paused, changed-by-others (and left alone), interrupted or gone", "sysctl", "policy", "state");
    public static readonly MetricDefinition StateProblems = new("netedit_state_file_problems", MetricKind.Gauge, "Always 1; a state file that was lost since the start, or could not be written last", "file");
    public static readonly MetricDefinition PoliciesFromDisk = new("netedit_policies_from_disk", MetricKind.Gauge, "Whether the policies in force are those kept on disk, because the policy directory has given no valid ones since the start");
    public static readonly MetricDefinition ForeignPrograms = new("netedit_foreign_programs", MetricKind.Gauge, "Programs of others on the hooks we use", "scope", "hook");

    public static readonly MetricDefinition AuditConnections = new("netedit_audit_connections", MetricKind.Gauge, "Connections of the last audit's sample that a feature was given to, by what they have of what was promised: kept, otherwise or not-told", "policy", "feature", "result");
    public static readonly MetricDefinition AuditFailed = new("netedit_audit_failed", MetricKind.Gauge, "Whether the last audit found that a feature's programs do not run, or that what they set did not stick", "policy", "feature");
    public static readonly MetricDefinition AuditLastTime = new("netedit_audit_last_time_seconds", MetricKind.Gauge, "When the last audit was made, in seconds since 1970; 0 before the first");

    public static readonly MetricDefinition Reconciles = new("netedit_reconciles_total", MetricKind.Counter, "Passes by result: unchanged, changed, invalid or failed", "result");
    public static readonly MetricDefinition ReconcileDuration = new("netedit_reconcile_duration_seconds", MetricKind.Histogram, "Time a pass took");
    public static readonly MetricDefinition Converged = new("netedit_converged", MetricKind.Gauge, "Whether the kernel held all that was decided when it was last asked");
    public static readonly MetricDefinition LastSuccess = new("netedit_last_success_timestamp_seconds", MetricKind.Gauge, "When a pass last ended unchanged or changed, in seconds since 1970; 0 before the first");

    /// <summary>All of them, in the order of the documentation.</summary>
    public static readonly ImmutableArray<MetricDefinition> All =
    [
        BuildInfo, Capability, FeatureSupported, PluginProblems,
        PolicySetInfo, PolicySetValid, PoliciesFromDisk, PolicyState, PolicyFeatureState,
        ConnectionsTuned, ConnectionsObserved, ArmConnections, RoundTrip, DeliveryRate, Retransmitted, ConnectionDuration, LiveSockets, WalkedSockets, WalkedSettings, TuningFailures, ChainConflicts, ChainRuns, ChainRunSeconds, RunTimeStatistics, AlgorithmEvents, ProgramEvents, ProgramRuns, ProgramRunSeconds, KernelMemory, PolicyMemory,
        Paused, Draining, FormerMaps, Orphans, ForeignPrograms, Quarantined, DriftRepairs, Sysctl, StateProblems,
        AuditConnections, AuditFailed, AuditLastTime,
        Reconciles, ReconcileDuration, Converged, LastSuccess,
    ];

    /// <summary>Bounds of the duration's buckets, in seconds: from a pass that changes nothing to one that loads many programs on a slow host.</summary>
    public static readonly ImmutableArray<double> DurationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
}
