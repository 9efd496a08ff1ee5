using System.Collections.Immutable;
using NetEdit.Adapter;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;

namespace NetEdit.Agent.Control;

/// <summary>Makes what is told of changes.</summary>
internal static class ChangeOutcomes
{
    /// <summary>What a pass did.</summary>
    public static ChangeOutcome Of(ReconcileReport report) =>
        new(
            new PlanReport(report.Revision, Render.ActionInfos(report.Done), report.Policies)
            {
                Walks = Walks(report.Walks),
                NotRead = report.NotRead,
            },
            report.Converged,
            report.Error ?? report.Emptied
        )
        {
            PolicyErrors = report.PolicyErrors,
        };

    /// <summary>What a removal of orphans did.</summary>
    public static ChangeOutcome OfOrphans(ExecutionResult result) =>
        new(
            Report(result.Done),
            result.Success,
            result.Success ? null : result.Error ?? "an orphan could not be removed"
        );

    /// <summary>What a removal of orphans would do.</summary>
    public static ChangeOutcome OfOrphans(Plan plan) => new(Report(plan.Actions), Complete: true, null);

    /// <summary>What an uninstall did, and left.</summary>
    /// <param name="result">What was done.</param>
    /// <param name="left">What the ledger holds after it.</param>
    /// <param name="lost">What the kernel holds besides (<see cref="BpfAdapter.FindLostChains"/>).</param>
    public static ChangeOutcome OfUninstall(ExecutionResult result, ObservedState left, ImmutableArray<string> lost) =>
        new(
            Report(result.Done) with
            {
                Walks = Walks(result.Walks),
            },
            result.Success && IsEmpty(left) && lost.IsEmpty,
            !result.Success ? result.Error ?? "an object could not be removed"
                : !IsEmpty(left) ? $"something is left in the kernel: {Describe(left)}; see netedit status"
                : lost is [var first, ..] ? $"something is left in the kernel: {first}"
                : null
        );

    private static PlanReport Report(ImmutableArray<PlanAction> actions) => new("", Render.ActionInfos(actions), []);

    private static ImmutableArray<WalkInfo> Walks(ImmutableArray<LiveWalkResult> walks) =>
        [
            .. walks.Select(walk => new WalkInfo(
                walk.Scope,
                walk.Namespaces,
                walk.Changed,
                walk.Unchanged,
                walk.Skipped,
                walk.Failed,
                walk.Errors,
                Math.Round(walk.Elapsed.TotalSeconds, 6)
            )
            {
                Hidden = walk.Hidden,
            }),
        ];

    private static bool IsEmpty(ObservedState state) =>
        !state.SharedMaps
        && state.FormerMaps.IsEmpty
        && state.Live.IsEmpty
        && state.Chains.IsEmpty
        && state.Attachments.IsEmpty
        && state.Sysctls.IsEmpty
        && state.Algorithms.IsEmpty
        && state.Profiles.IsEmpty
        && state.Rules.IsEmpty
        && state.Orphans.IsEmpty;

    private static string Describe(ObservedState state) =>
        string.Join(
            ", ",
            state
                .Chains.Select(chain => $"chain {chain.Scope}")
                .Concat(state.Attachments.Select(attachment => $"the program of {attachment.Key}"))
                .Concat(state.Sysctls.Select(sysctl => sysctl.Key.ToString()))
                .Concat(
                    state.Algorithms.Select(algorithm =>
                        algorithm.Registered
                            ? $"congestion control {algorithm.Algorithm}"
                            : $"congestion control {algorithm.Algorithm}, until its last socket closes"
                    )
                )
                .Concat(state.Orphans.Select(orphan => orphan.Path))
                .Concat(state.Live.Select(live => $"the walk over open connections of {live.Scope}"))
                .Concat(state.FormerMaps)
                .Concat(state.SharedMaps ? ["shared maps"] : [])
        );
}
