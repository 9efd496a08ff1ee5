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

/// <summary>What the kernel holds of ours.</summary>
internal sealed record KernelReport(
    bool Paused,
    ImmutableArray<string> Pauses,
    ImmutableArray<ChainInfo> Chains,
    ImmutableArray<AlgorithmInfo> Algorithms,
    int Profiles,
    int Rules,
    int PortRanges,
    ImmutableArray<string> FormerMaps,
    ImmutableArray<OrphanInfo> Orphans,
    ImmutableArray<ForeignInfo> Foreign
)
{
    /// <summary>Standalone programs.</summary>
    public ImmutableArray<ProgramReport> Programs { get; init; } = [];

    /// <summary>Sysctls that policies have set.</summary>
    public ImmutableArray<SysctlInfo> Sysctls { get; init; } = [];

    /// <summary>Cgroups below scopes that were not looked at for programs of others.</summary>
    public int ForeignNotLookedAt { get; init; }
}

/// <summary>A sysctl; <paramref name="Current"/> is null when it, or its network namespace, is there no longer, and <paramref name="State"/> is one of <see cref="SysctlDrift.StateOf"/>.</summary>
internal sealed record SysctlInfo(
    string Name,
    ulong Namespace,
    string Value,
    string Original,
    string? Current,
    string Feature,
    string Policy,
    string State
);

internal sealed record ProgramReport(
    string Feature,
    string Hook,
    string Target,
    string Mechanism,
    string Policy,
    bool Paused,
    bool Attached,
    ImmutableArray<uint> LinkIds,
    uint ProgramId,
    string Digest
);

internal sealed record ChainInfo(
    string Scope,
    ImmutableArray<string> Features,
    uint LinkId,
    uint ProgramId,
    string Digest
);

internal sealed record AlgorithmInfo(string Algorithm, bool Registered, long Users, uint MapId, string Digest);

internal sealed record OrphanInfo(string Path, string Reason);
