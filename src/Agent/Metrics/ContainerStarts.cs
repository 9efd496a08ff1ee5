using System.Collections.Immutable;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;

namespace NetEdit.Agent.Metrics;

/// <summary>A container that a policy has come to tune.</summary>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Delay">Time from the creation of the container's cgroup to the end of the pass.</param>
internal readonly record struct ContainerStart(string Policy, TimeSpan Delay);

/// <summary>
/// Finds out how long new containers wait for their policies. Containers that exist before their policy do not wait for it, and are not
/// counted.
/// </summary>
/// <param name="createdAt">Says when a cgroup, by path and id, was created; null when that is not known.</param>
internal sealed class ContainerStarts(Func<string, ulong, DateTimeOffset?> createdAt)
{
    private readonly Dictionary<(string Policy, string Scope), KnownContainers> _policies = [];

    /// <summary>Takes in a pass. One thread at a time may call it.</summary>
    /// <returns>The containers that are tuned since the pass before.</returns>
    public ImmutableArray<ContainerStart> Update(ReconcileReport report)
    {
        if (report is not { Set: { } set, Host: { } host })
        {
            return [];
        }

        var policies = set.Policies.Where(policy => policy.Container is not null).ToArray();
        var names = policies.Select(Identity).ToHashSet();
        foreach (var gone in _policies.Keys.Where(policy => !names.Contains(policy)).ToArray())
        {
            _policies.Remove(gone);
        }

        if (policies.Length == 0)
        {
            return [];
        }

        var tuned = report
            .Observed.Chains.Select(chain => (chain.Scope, chain.CgroupId))
            .Concat(report.Observed.Attachments.Select(program => (program.Key.Target, program.TargetId)))
            .ToHashSet();
        var starts = ImmutableArray.CreateBuilder<ContainerStart>();
        foreach (var policy in policies)
        {
            var containers = policy
                .Scopes.Select(path => (Path: path, Id: host.Cgroups.GetValueOrDefault(path)))
                .Where(container => container.Id != 0)
                .ToArray();
            if (!_policies.TryGetValue(Identity(policy), out var known))
            {
                _policies.Add(Identity(policy), new KnownContainers([.. containers.Select(one => one.Id)], []));
                continue;
            }

            var waiting = new Dictionary<ulong, DateTimeOffset>();
            foreach (var (path, id) in containers)
            {
                DateTimeOffset? created =
                    known.Waiting.TryGetValue(id, out var since) ? since
                    : known.Ids.Contains(id) ? null
                    : createdAt(path, id);
                if (created is not { } from)
                {
                    continue;
                }

                if (tuned.Contains((path, id)))
                {
                    // The clock may have been set meanwhile.
                    var delay = report.StartedAt + report.Duration - from;
                    starts.Add(new ContainerStart(policy.Name, delay > TimeSpan.Zero ? delay : TimeSpan.Zero));
                }
                else
                {
                    waiting.Add(id, from);
                }
            }

            _policies[Identity(policy)] = new KnownContainers([.. containers.Select(one => one.Id)], waiting);
        }

        return starts.ToImmutable();
    }

    private static (string Policy, string Scope) Identity(Policy policy) => (policy.Name, TargetNames.Written(policy));

    /// <summary>Containers that were there at the last pass.</summary>
    /// <param name="Ids">Ids of their cgroups.</param>
    /// <param name="Waiting">When those were created that are not tuned yet.</param>
    private sealed record KnownContainers(HashSet<ulong> Ids, Dictionary<ulong, DateTimeOffset> Waiting);
}
