using System.Collections.Immutable;
using System.Net;
using NetEdit.Agent.Host;
using NetEdit.Model;

namespace NetEdit.Agent.Auditing;

/// <summary>
/// Holds the connections of an audit open until it is disposed. Those in cgroups of one user are made by a process of their own: the user can freeze or end it, and so keeps nobody
/// else's from being made.
/// </summary>
internal sealed class AuditProbes : IAsyncDisposable
{
    private readonly ImmutableArray<ProbeProcess> _processes;

    private AuditProbes(ImmutableArray<ProbeProcess> processes) => _processes = processes;

    /// <summary>What came of each.</summary>
    public ImmutableArray<AuditProbe> Probes => [.. _processes.SelectMany(process => process.Probes)];

    /// <summary>Own ends of the connections.</summary>
    public IEnumerable<IPEndPoint> Ends =>
        Probes.Select(probe => probe.Local).OfType<string>().Select(IPEndPoint.Parse);

    /// <summary>Opens connections; what goes wrong with one is in <see cref="Probes"/>.</summary>
    /// <param name="targets">Which.</param>
    /// <param name="plan">Where the hierarchy of cgroups is, and this process in it.</param>
    /// <param name="stop">Ends it.</param>
    public static async Task<AuditProbes> OpenAsync(
        ImmutableArray<ProbeTarget> targets,
        AuditPlan plan,
        CancellationToken stop
    )
    {
        var owners = new CgroupOwners(plan.CgroupMount);
        return new AuditProbes([
            .. await Task.WhenAll(
                targets
                    .GroupBy(target => target.Cgroup is { } cgroup ? owners.Of(cgroup.ToString()) : 0)
                    .Select(group => ProbeProcess.OpenAsync([.. group], plan, stop))
            ),
        ]);
    }

    /// <summary>Why the probe of a policy was not connected; null when it was, or there is none.</summary>
    public Reason? ProblemOf(string policy) =>
        Probes.FirstOrDefault(probe => probe.Policy == policy && probe.Problem is not null) is { } probe
            ? new Reason(
                AuditDoubts.ProbeUnanswered,
                $"the probe to {probe.Address} was not connected: {probe.Problem}"
            )
            : null;

    public async ValueTask DisposeAsync() =>
        await Task.WhenAll(_processes.Select(process => process.DisposeAsync().AsTask()));
}
