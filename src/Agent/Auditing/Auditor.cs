using System.Collections.Immutable;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;

namespace NetEdit.Agent.Auditing;

/// <summary>What an audit probes.</summary>
/// <param name="Probes">The connections that are to be made.</param>
/// <param name="CgroupMount">Mount point of the cgroup v2 hierarchy.</param>
/// <param name="Home">This process's cgroup; null when it has none that can be a scope, or nothing is probed.</param>
/// <param name="Changes">How often the kernel had been changed when this was planned: after another change the probes tell nothing.</param>
internal sealed record AuditPlan(
    ImmutableArray<ProbeTarget> Probes,
    string CgroupMount,
    CgroupPath? Home,
    long Changes
);

/// <summary>Makes audits, one at a time. Passes go on while it waits for peers.</summary>
internal sealed class Auditor(IWorkQueue queue, Audits audits) : IDisposable
{
    /// <summary>Connections that one audit makes; policies beyond take turns.</summary>
    public const int MostProbes = 32;

    private readonly SemaphoreSlim _one = new(1);
    private int _turn;

    /// <summary>Makes an audit.</summary>
    /// <param name="named">Whether the caller has named the policies; if not and no pass was made, those that were kept on disk count.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="CliException">No policies are known.</exception>
    /// <exception cref="InvalidPoliciesException">The named policies or <c>host.yaml</c> are invalid.</exception>
    public async Task<AuditReport> AuditAsync(bool named, CancellationToken stop)
    {
        await _one.WaitAsync(stop);
        try
        {
            var plan = await queue.AskAsync(() => audits.Plan(named), stop);
            var first = plan.Probes.Length > MostProbes ? _turn++ * MostProbes % plan.Probes.Length : 0;
            await using var probes = await AuditProbes.OpenAsync(
                [.. plan.Probes.Skip(first).Concat(plan.Probes.Take(first)).Take(MostProbes)],
                plan,
                stop
            );
            return await queue.AskAsync(() => audits.Audit(plan, probes, named), stop);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();
}
