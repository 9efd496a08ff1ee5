using System.Collections.Immutable;
using NetEdit.Adapter;
using static NetEdit.Agent.Metrics.MetricCatalog;

namespace NetEdit.Agent.Metrics;

/// <summary>Metrics of programs in the kernel: what they count and what they cost.</summary>
internal static class ProgramMetrics
{
    private const double Second = 1e9; // in nanoseconds

    public static readonly ImmutableArray<Metric> All =
    [
        Counter(
            "netedit_chain_runs_total",
            "Runs of the chains of a scope, written as in the policy; a program that scopes share counts for the "
                + "first of them; counted while run-time statistics are on",
            ["scope"],
            reading => reading.OfUsage(_ => reading.Programs.ChainRuns.Select(sum => new Sample(sum.Value, sum.Key)))
        ),
        Counter(
            "netedit_chain_run_seconds_total",
            "Time spent in the chains of a scope, written as in the policy; a program that scopes share counts for the "
                + "first of them; counted while run-time statistics are on",
            ["scope"],
            reading =>
                reading.OfUsage(_ =>
                    reading.Programs.ChainNanoseconds.Select(sum => new Sample(sum.Value / Second, sum.Key))
                )
        ),
        Gauge(
            "netedit_run_time_statistics_enabled",
            "Whether this agent has switched on the kernel's run-time statistics of BPF programs",
            [],
            reading => [Sample.Of(reading.Snapshot.RunTimeStatistics)]
        ),
        Counter(
            "netedit_algorithm_events_total",
            "Counters that a congestion control of NetEdit keeps",
            ["algorithm", "event"],
            reading =>
                reading.OfUsage(_ =>
                    reading.Programs.AlgorithmEvents.Select(sum => new Sample(
                        sum.Value,
                        sum.Key.Algorithm,
                        sum.Key.Event
                    ))
                )
        ),
        Counter(
            "netedit_program_events_total",
            "Counters that standalone programs of NetEdit keep; target is their scope or interfaces, "
                + "written as in the policy",
            ["feature", "hook", "target", "event"],
            reading =>
                reading.OfUsage(_ =>
                    reading.Programs.Events.Select(sum => new Sample(
                        sum.Value,
                        [.. Labels(sum.Key.Program), sum.Key.Event]
                    ))
                )
        ),
        Counter(
            "netedit_program_runs_total",
            "Runs of standalone programs; counted while run-time statistics are on",
            ["feature", "hook", "target"],
            reading => reading.OfUsage(_ => reading.Programs.Runs.Select(sum => new Sample(sum.Value, Labels(sum.Key))))
        ),
        Counter(
            "netedit_program_run_seconds_total",
            "Time spent in standalone programs; counted while run-time statistics are on",
            ["feature", "hook", "target"],
            reading =>
                reading.OfUsage(_ =>
                    reading.Programs.Nanoseconds.Select(sum => new Sample(sum.Value / Second, Labels(sum.Key)))
                )
        ),
        Gauge(
            "netedit_kernel_memory_bytes",
            "Locked kernel memory of NetEdit's objects; object is chain, program, algorithm or map; "
                + "scopes and interfaces are written as in the policy",
            ["object", "name"],
            reading => reading.OfUsage(usage => Memory(usage, reading.Names))
        ),
        Gauge(
            "netedit_policy_memory_bytes",
            "Locked kernel memory of a policy: its part of the shared maps, and its standalone programs",
            ["policy"],
            reading =>
                reading.OfUsage(usage =>
                    reading.OfReport(report =>
                        PolicyMemory
                            .Divide(report.Desired, usage.Maps, usage.Attachments)
                            .Select(policy => new Sample(Math.Round(policy.Value), policy.Key))
                    )
                )
        ),
    ];

    private static string[] Labels(ProgramSeries program) => [program.Feature, program.Hook, program.Target];

    private static IEnumerable<Sample> Memory(KernelUsage usage, TargetNames names) =>
        [
            .. usage.Chains.Select(chain => new Sample(chain.MemoryBytes, "chain", names.Scope(chain.Scope))),
            .. usage.Attachments.Select(program => new Sample(
                program.MemoryBytes,
                "program",
                names.Program(program.Key)
            )),
            .. usage.Algorithms.Select(algorithm => new Sample(
                algorithm.MemoryBytes,
                "algorithm",
                algorithm.Algorithm
            )),
            .. usage.Maps.Select(map => new Sample(map.MemoryBytes, "map", map.Name)),
            .. usage.JournalBytes == 0 ? [] : new[] { new Sample(usage.JournalBytes, "map", "sysctls") },
        ];
}
