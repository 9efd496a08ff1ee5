using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using NetEdit.Agent.Auditing;
using NetEdit.Agent.Comparing;
using NetEdit.Agent.Persistence;
using NetEdit.Agent.Policies;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Control;

/// <summary>What <c>explain</c> shows.</summary>
internal sealed record ExplainReport(string? Revision, ImmutableArray<PolicyDecision> Policies)
{
    /// <summary>The containers of policies that a runtime has named.</summary>
    public ImmutableArray<NamedContainer> Containers { get; init; } = [];

    /// <summary>What is paused.</summary>
    public ImmutableArray<string> Pauses { get; init; } = [];

    /// <summary>Of one policy that an agent keeps in force: where it is in use, and what came of it.</summary>
    public ImmutableArray<PolicyUse> Uses { get; init; } = [];

    /// <summary>What is not tried again of the features of these policies.</summary>
    public ImmutableArray<QuarantineInfo> Quarantine { get; init; } = [];

    /// <summary>What an agent, or the kernel and the disk, say.</summary>
    /// <param name="status">The status.</param>
    /// <param name="uses">Of one policy: where it is in use.</param>
    public static ExplainReport Of(StatusReport status, ImmutableArray<PolicyUse> uses) =>
        new(status.Revision, status.Policies)
        {
            Containers = status.Containers,
            Pauses = status.Pauses,
            Quarantine = status.Quarantine,
            Uses = uses,
        };

    /// <summary>The same of one policy.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="CliException">No policy has this name.</exception>
    public ExplainReport Only(string name)
    {
        var found = KnownNames.Select("policy", [name], Policies, policy => policy.Policy);
        var features = found
            .SelectMany(policy => policy.Features)
            .Select(feature => feature.Feature)
            .ToHashSet(StringComparer.Ordinal);
        return this with
        {
            Policies = found,
            Quarantine = Quarantine.RemoveAll(entry => !features.Contains(entry.Feature)),
        };
    }
}
