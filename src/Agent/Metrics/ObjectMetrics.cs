using System.Collections.Immutable;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;
using static NetEdit.Agent.Metrics.MetricCatalog;

namespace NetEdit.Agent.Metrics;

/// <summary>Metrics of objects that need attention: paused, left over, foreign, lost or changed by others.</summary>
internal static class ObjectMetrics
{
    public static readonly ImmutableArray<Metric> All =
    [
        Gauge(
            "netedit_paused",
            "Whether netedit pause has switched a target off: everything, feature/NAME or policy/NAME; "
                + "the target everything is always listed",
            ["target"],
            reading =>
                reading.OfReport(report =>
                    report
                        .Pauses.Add(PauseTarget.Everything)
                        .Select(target => Sample.Of(report.Pauses.Contains(target), target))
                )
        ),
        Gauge(
            "netedit_draining_sockets",
            "Sockets that still use a congestion control which is no longer registered; the kernel "
                + "removes it after the last of them closes",
            ["algorithm"],
            reading =>
                reading.OfReport(report =>
                    report
                        .Observed.Algorithms.Where(algorithm => !algorithm.Registered)
                        .Select(algorithm => new Sample(algorithm.Users, algorithm.Algorithm))
                )
        ),
        Gauge(
            "netedit_former_maps",
            "Sets of shared maps from another version that a chain still uses",
            [],
            reading => reading.OfReport(report => [new(report.Observed.FormerMaps.Length)])
        ),
        Gauge(
            "netedit_orphans",
            "Pins of NetEdit in the kernel that belong to nothing",
            [],
            reading => reading.OfReport(report => [new(report.Observed.Orphans.Length)])
        ),
        Gauge(
            "netedit_foreign_programs",
            "Programs of others on the hooks that NetEdit uses; scope is a scope or interfaces, "
                + "written as in the policy",
            ["scope", "hook"],
            reading =>
                reading.OfReport(report =>
                    report.Observed.Foreign.Select(program => new Sample(
                        1,
                        reading.Names.Target(program.Hook, program.Scope),
                        program.Hook
                    ))
                )
        ),
        Gauge(
            "netedit_quarantined",
            "Always 1; a feature that is not tried again on this kernel; variant is empty when the "
                + "feature as a whole flaps, and cause is refused or flapping",
            ["feature", "variant", "cause"],
            reading =>
                reading.OfReport(report =>
                    report
                        .Quarantine.DistinctBy(entry => (entry.Feature, entry.Variant, entry.Cause))
                        .Select(entry => new Sample(
                            1,
                            entry.Feature,
                            entry.Variant,
                            entry.Cause.ToString().ToLowerInvariant()
                        ))
                )
        ),
        Counter(
            "netedit_drift_repairs_total",
            "How often something in force for a feature was missing in the kernel although NetEdit had "
                + "not removed it",
            ["feature"],
            reading =>
                reading.OfReport(report =>
                    // A series that starts at nought lets its first increase be seen.
                    (report.Set?.Policies ?? [])
                        .SelectMany(policy => policy.Tuning.Keys)
                        .Union(report.Losses.Keys, StringComparer.Ordinal)
                        .Select(feature => new Sample(report.Losses.GetValueOrDefault(feature), feature))
                )
        ),
        Gauge(
            "netedit_sysctl",
            "Network namespaces in which a policy has set a sysctl, by its state there: set, paused, "
                + "changed-by-others (and left alone), interrupted or gone",
            ["sysctl", "policy", "state"],
            reading =>
                reading.OfReport(report =>
                    report.Observed.Sysctls.Select(sysctl => new Sample(
                        1,
                        sysctl.Key.Name,
                        sysctl.Policy,
                        SysctlDrift.StateOf(sysctl)
                    ))
                )
        ),
        Gauge(
            "netedit_state_file_problems",
            "Always 1; a state file that was lost since the agent started, or whose last write failed",
            ["file"],
            reading =>
                reading.OfReport(report =>
                    report
                        .StateProblems.Select(problem => problem.File)
                        .Distinct(StringComparer.Ordinal)
                        .Select(file => new Sample(1, file))
                )
        ),
    ];
}
