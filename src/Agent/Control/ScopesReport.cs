using System.Collections.Immutable;

namespace NetEdit.Agent.Control;

/// <summary>The cgroups where policies apply: a view of a status report.</summary>
/// <param name="Scopes">The scopes, sorted by path.</param>
internal sealed record ScopesReport(ImmutableArray<ScopeInfo> Scopes)
{
    /// <summary>The scopes of a status report: the cgroups of its policies that exist, and those that have a chain.</summary>
    public static ScopesReport Of(StatusReport status)
    {
        var chains = status.Kernel.Chains.ToDictionary(chain => chain.Scope, StringComparer.Ordinal);
        var policies = status
            .Policies.SelectMany(policy => policy.Scopes.Select(scope => (Scope: scope, policy.Policy)))
            .ToLookup(entry => entry.Scope, entry => entry.Policy, StringComparer.Ordinal);
        var containers = status.Containers.ToDictionary(named => named.Scope, StringComparer.Ordinal);
        return new ScopesReport([
            .. policies
                .Select(scope => scope.Key)
                .Union(chains.Keys, StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
                .Select(scope => new ScopeInfo(
                    scope,
                    [.. policies[scope].Distinct(StringComparer.Ordinal)],
                    chains.GetValueOrDefault(scope)
                )
                {
                    Container = containers.GetValueOrDefault(scope),
                }),
        ]);
    }
}

/// <summary>A cgroup where policies apply.</summary>
/// <param name="Scope">Path of the cgroup; <c>/</c> is the whole host.</param>
/// <param name="Policies">Names of the policies for this cgroup itself, not for one around it.</param>
/// <param name="Chain">The chain that is attached to it; null when it has none.</param>
internal sealed record ScopeInfo(string Scope, ImmutableArray<string> Policies, ChainInfo? Chain)
{
    /// <summary>The container whose cgroup it is; null when no runtime has named one.</summary>
    public NamedContainer? Container { get; init; }
}
