using NetEdit.Adapter;
using NetEdit.Agent.Control;
using NetEdit.Agent.Persistence;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Reconciliation;

/// <summary>Removes what is ours.</summary>
internal sealed class Removal(BpfAdapter adapter, LedgerState state)
{
    /// <summary>Removes what is ours and belongs to nothing.</summary>
    /// <param name="dryRun">Whether to look only.</param>
    /// <param name="progress">Told a line per action; may be null.</param>
    public ChangeOutcome Collect(bool dryRun, IProgress<string>? progress = null)
    {
        var observed = adapter.ObserveOwn();
        var plan = new Plan(
            "",
            [
                .. observed.Orphans.Select(orphan => new RemoveOrphan(orphan.Path, orphan.Reason)),
                .. observed
                    .Sysctls.Where(sysctl => sysctl.Current is null)
                    .Select(sysctl => new ForgetSysctl(
                        sysctl.Key,
                        "it is there no longer, or its network namespace is not"
                    )),
            ]
        );
        return dryRun ? ChangeOutcomes.OfOrphans(plan) : ChangeOutcomes.OfOrphans(adapter.Execute(plan, progress));
    }

    /// <summary>
    /// Removes everything of ours, from the kernel and then, once the kernel was seen to hold nothing, from disk: should it fail, the
    /// policies and pauses that are in force are still known. No pass may follow.
    /// </summary>
    /// <param name="progress">Told a line per action; may be null.</param>
    public ChangeOutcome Uninstall(IProgress<string>? progress = null)
    {
        var result = adapter.Execute(Planner.Uninstall(adapter.ObserveOwn(), adapter.ChainObjectDigest), progress);
        var outcome = ChangeOutcomes.OfUninstall(result, adapter.ObserveOwn(), adapter.FindLostChains());
        if (outcome.Complete)
        {
            state.Clear();
        }

        return outcome;
    }
}
