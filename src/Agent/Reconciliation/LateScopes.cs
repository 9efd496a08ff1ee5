using System.Collections.Immutable;
using NetEdit.Adapter;
using NetEdit.Agent.Connections;
using NetEdit.Agent.Metrics;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Reconciliation;

/// <summary>
/// The scopes that a plan attaches chains to and whose cgroups came later than policies for them: a service that was restarted, a new container.
/// What was opened there before is counted. Pure.
/// </summary>
internal sealed class LateScopes
{
    private readonly ImmutableDictionary<string, (uint Key, ImmutableHashSet<string> Policies)> _scopes;

    private LateScopes(ImmutableDictionary<string, (uint Key, ImmutableHashSet<string> Policies)> scopes) =>
        _scopes = scopes;

    /// <summary>No late scopes.</summary>
    public static LateScopes None { get; } = new(ImmutableDictionary<string, (uint, ImmutableHashSet<string>)>.Empty);

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => _scopes.IsEmpty;

    /// <summary>Their paths.</summary>
    public IEnumerable<string> Scopes => _scopes.Keys;

    /// <summary>Finds them.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="now">The policies in force.</param>
    /// <param name="before">The policies of the pass before, or those kept on disk before the first; null when there are none.</param>
    /// <param name="isNew">Whether a cgroup, by path and id, came after those policies.</param>
    public static LateScopes Find(Plan plan, PolicySet now, PolicySet? before, Func<string, ulong, bool> isNew)
    {
        var older = before?.Policies.Select(policy => (policy.Name, TargetNames.Written(policy))).ToHashSet() ?? [];
        var scopes = ImmutableDictionary.CreateBuilder<string, (uint, ImmutableHashSet<string>)>(
            StringComparer.Ordinal
        );
        foreach (
            var attach in plan
                .Actions.OfType<AttachChain>()
                .Where(attach => isNew(attach.Chain.Scope, attach.Chain.CgroupId))
        )
        {
            var policies = now
                .Policies.Where(policy =>
                    policy.Scopes.Contains(attach.Chain.Scope, StringComparer.Ordinal)
                    && older.Contains((policy.Name, TargetNames.Written(policy)))
                )
                .Select(policy => policy.Name)
                .ToImmutableHashSet(StringComparer.Ordinal);
            if (!policies.IsEmpty)
            {
                scopes.Add(attach.Chain.Scope, (attach.Chain.Key, policies));
            }
        }

        return new LateScopes(scopes.ToImmutable());
    }

    /// <summary>Whether a connection is open and no chain of these scopes met it when it was established.</summary>
    public bool MayHaveEscaped(OpenConnection connection) =>
        connection.State is TcpState.Established or TcpState.CloseWait
        && !_scopes.Values.Any(scope => connection.Tuning?.AppliedChain == scope.Key);

    /// <summary>Counts the connections that lack what an older policy gives them.</summary>
    /// <param name="connections">Connections that may have escaped, each once.</param>
    /// <param name="paths">Paths of their cgroups by id.</param>
    /// <param name="explainer">The policies.</param>
    /// <param name="pauses">What is paused.</param>
    /// <returns>By path of the scope: how many, and how many of them the walk over open connections gives all.</returns>
    public ImmutableSortedDictionary<string, (long Connections, long TunedLater)> Count(
        IEnumerable<OpenConnection> connections,
        IReadOnlyDictionary<ulong, string> paths,
        ConnectionExplainer explainer,
        ImmutableSortedSet<string> pauses
    )
    {
        var counts = ImmutableSortedDictionary.CreateBuilder<string, (long Connections, long TunedLater)>(
            StringComparer.Ordinal
        );
        foreach (var connection in connections)
        {
            if (
                connection.Direction is not { } direction
                || !paths.TryGetValue(connection.CgroupId, out var cgroup)
                || CgroupPath.SelfAndAncestors(cgroup).Where(_scopes.ContainsKey).ToList()
                    is not [var narrowest, ..] scopes
            )
            {
                continue;
            }

            var older = scopes.SelectMany(scope => _scopes[scope].Policies).ToHashSet(StringComparer.Ordinal);
            var missed = explainer
                .Explain(cgroup, ConnectionReports.Facts(connection, direction))
                .Features.Where(feature =>
                    feature.Policy is { } policy
                    && older.Contains(policy)
                    && !PauseTarget.IsPaused(pauses, feature.Feature, policy)
                )
                .ToList();
            if (missed.Count > 0)
            {
                var (all, later) = counts.GetValueOrDefault(narrowest);
                counts[narrowest] = (all + 1, later + (missed.TrueForAll(feature => feature.ReachesOpen) ? 1 : 0));
            }
        }

        return counts.ToImmutable();
    }
}
