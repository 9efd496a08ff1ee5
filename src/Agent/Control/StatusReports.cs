using System.Collections.Immutable;
using NetEdit.Agent.Persistence;
using NetEdit.Agent.Plugins;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;

namespace NetEdit.Agent.Control;

/// <summary>Makes status reports.</summary>
internal static class StatusReports
{
    /// <summary>What an agent knows.</summary>
    /// <param name="ledger">Its ledger.</param>
    /// <param name="agent">The agent.</param>
    /// <param name="report">The last pass; null before the first has ended.</param>
    /// <param name="observed">What the kernel held when a pass last looked.</param>
    /// <param name="problems">What is wrong with the plugins.</param>
    public static StatusReport FromAgent(
        string ledger,
        AgentInfo agent,
        ReconcileReport? report,
        ObservedState observed,
        ImmutableArray<CatalogProblem> problems
    )
    {
        var status = new StatusReport
        {
            Ledger = ledger,
            Agent = agent,
            Pauses = [.. observed.Pauses],
            Kernel = Kernel(observed),
            PluginProblems = [.. problems.Select(problem => problem.ToString())],
        };
        return report is null ? status : OfPass(status, report);
    }

    private static StatusReport OfPass(StatusReport status, ReconcileReport report) =>
        status with
        {
            Revision = report.Revision,
            PolicyErrors = report.PolicyErrors,
            NotRead = report.NotRead,
            LastReconcile = new ReconcileInfo(
                report.StartedAt,
                report.Trigger,
                report.Result.ToString().ToLowerInvariant(),
                report.Converged,
                Math.Round(report.Duration.TotalSeconds, 6),
                report.Error
            ),
            Policies = report.AuditedPolicies,
            PoliciesFromDiskOf = report.KeptSince,
            Pauses = [.. report.Pauses],
            Quarantine = Quarantine(report.Quarantine),
            Escaped = [.. report.Escaped.Where(escaped => escaped.Connections > 0)],
            StateProblems = [.. report.StateProblems.Select(problem => problem.Message)],
        };

    /// <summary>What the kernel says without an agent.</summary>
    public static StatusReport FromKernel(string ledger, ObservedState observed) =>
        new()
        {
            Ledger = ledger,
            Pauses = [.. observed.Pauses],
            Kernel = Kernel(observed),
        };

    /// <summary>What the kernel and the policies kept on disk say without an agent.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="preview">What a pass with the kept policies would do.</param>
    /// <param name="keptAt">When they were kept.</param>
    public static StatusReport FromDisk(string ledger, PlanPreview preview, DateTimeOffset? keptAt) =>
        FromKernel(ledger, preview.Observed) with
        {
            Revision = preview.Set.Revision,
            Policies = preview.Decision.Policies,
            PoliciesFromDiskOf = keptAt,
            Pauses = [.. preview.Decision.Desired.Pauses],
            Quarantine = Quarantine(preview.Quarantine),
        };

    /// <summary>Entries of the quarantine as they are shown.</summary>
    public static ImmutableArray<QuarantineInfo> Quarantine(ImmutableArray<QuarantineEntry> entries) =>
        [
            .. entries.Select(entry => new QuarantineInfo(
                entry.Feature,
                entry.Variant,
                entry.Cause.ToString().ToLowerInvariant(),
                entry.At,
                entry.Reason,
                entry.History
            )),
        ];

    /// <summary>A sysctl as it is shown.</summary>
    public static SysctlInfo Sysctl(ObservedSysctl sysctl) =>
        new(
            sysctl.Key.Name,
            sysctl.Key.Namespace,
            sysctl.Value,
            sysctl.Original,
            sysctl.Current,
            sysctl.Feature,
            sysctl.Policy,
            SysctlDrift.StateOf(sysctl)
        );

    private static KernelReport Kernel(ObservedState observed) =>
        new(
            observed.Paused,
            [.. observed.Pauses],
            [
                .. observed.Chains.Select(chain => new ChainInfo(
                    chain.Scope,
                    chain.Features,
                    chain.LinkId,
                    chain.ProgramId,
                    chain.Digest
                )),
            ],
            [
                .. observed.Algorithms.Select(algorithm => new AlgorithmInfo(
                    algorithm.Algorithm,
                    algorithm.Registered,
                    algorithm.Users,
                    algorithm.MapId,
                    algorithm.Digest
                )),
            ],
            observed.Profiles.Count,
            observed.Rules.Prefixes.Length,
            observed.Rules.Ports.Length,
            observed.FormerMaps,
            [.. observed.Orphans.Select(orphan => new OrphanInfo(orphan.Path, orphan.Reason))],
            [.. observed.Foreign.Select(ForeignInfo.Of)]
        )
        {
            Programs =
            [
                .. observed.Attachments.Select(program => new ProgramReport(
                    program.Key.Feature,
                    program.Key.Hook,
                    program.Key.Target,
                    program.Mechanism,
                    program.Policy,
                    program.Paused,
                    program.TargetId != 0,
                    program.LinkIds,
                    program.ProgramId,
                    program.Digest
                )),
            ],
            Sysctls = [.. observed.Sysctls.Select(Sysctl)],
            ForeignNotLookedAt = observed.ForeignNotLookedAt,
        };
}
