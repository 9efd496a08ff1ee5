using System.Collections.Immutable;
using NetEdit.Adapter;
using NetEdit.Agent.Control;
using NetEdit.Features;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Connections;

/// <summary>What connections are explained by.</summary>
/// <param name="Explainer">The policies; null when none are known.</param>
/// <param name="Chains">The attached chains.</param>
/// <param name="Pauses">What is paused: texts of <see cref="PauseTarget"/>.</param>
/// <param name="Remembered">Whether this kernel lets be read what is remembered of a socket.</param>
internal sealed record ConnectionContext(
    ConnectionExplainer? Explainer,
    ImmutableArray<ObservedChain> Chains,
    ImmutableSortedSet<string> Pauses,
    bool Remembered
)
{
    /// <summary>Programs of others on the hooks we use.</summary>
    public ImmutableArray<ForeignProgram> Foreign { get; init; } = [];

    /// <summary>Those that meet the connections of a cgroup beside a chain.</summary>
    /// <param name="cgroup">Path of the cgroup; null when it is gone.</param>
    /// <param name="scope">Scope of the chain; null when there is none.</param>
    public ImmutableArray<ForeignProgram> ForeignOf(string? cgroup, string? scope)
    {
        if (cgroup is null || scope is null || Foreign.IsEmpty)
        {
            return [];
        }

        var around = CgroupPath.SelfAndAncestors(cgroup).Select(Printable.Line).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. Foreign.Where(program =>
                string.Equals(program.Hook, "sockops", StringComparison.Ordinal)
                && string.Equals(program.Scope, scope, StringComparison.Ordinal)
                && (program.Below is null || around.Contains(program.Below))
            ),
        ];
    }

    /// <summary>The chain with a key that a cgroup is in the scope of; null when it is not attached.</summary>
    /// <param name="key">The key, which chains of several containers may have.</param>
    /// <param name="cgroup">Path of the cgroup; null when it is gone: then any of them.</param>
    public ObservedChain? Chain(uint key, string? cgroup)
    {
        var around = cgroup is null ? null : CgroupPath.SelfAndAncestors(cgroup).ToHashSet(StringComparer.Ordinal);
        return Chains.FirstOrDefault(chain => chain.Key == key && around?.Contains(chain.Scope) != false);
    }

    /// <summary>The features of a chain by slot, also of one that was replaced; a feature that its successor does not have is null. Empty when nothing is known of the chain.</summary>
    public ImmutableArray<string?> FeaturesOf(uint key) =>
        Chains.Select(chain => chain.FeaturesOf(key)).FirstOrDefault(features => features is not null) ?? [];

    /// <summary>What the host will not give of a policy's feature, for a person; null when nothing is known of that.</summary>
    public string? NoticeOf(string? policy, string feature) =>
        Explainer
            ?.Decision.Policies.FirstOrDefault(decision =>
                string.Equals(decision.Policy, policy, StringComparison.Ordinal)
            )
            ?.Features.FirstOrDefault(decision => string.Equals(decision.Feature, feature, StringComparison.Ordinal))
            ?.Reasons.FirstOrDefault(reason =>
                string.Equals(reason.Code, ReasonCodes.ValueCapped, StringComparison.Ordinal)
            )
            ?.Text;

    /// <summary>The policy that gives a feature by a profile; null when that is not known.</summary>
    public string? PolicyOf(ulong profile, string feature) =>
        Explainer
            ?.Decision.Desired.Profiles.FirstOrDefault(candidate => candidate.Id == profile)
            ?.Entries.FirstOrDefault(entry => string.Equals(entry.Feature, feature, StringComparison.Ordinal))
            ?.Policy;
}
