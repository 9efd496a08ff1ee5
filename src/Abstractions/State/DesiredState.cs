using System.Collections.Immutable;
using NetEdit.Bpf;

namespace NetEdit.State;

/// <summary>What should be in the kernel: pure data, made by the PolicyEngine.</summary>
/// <param name="Revision">Revision of the policy set it was made from.</param>
/// <param name="Chains">One per scope that a policy tunes, sorted by scope.</param>
/// <param name="Algorithms">Congestion controls that must be registered, sorted by name.</param>
/// <param name="Profiles">Every profile that a rule refers to, sorted by id.</param>
/// <param name="Rules">Which connections get which profile.</param>
public sealed record DesiredState(
    string Revision,
    ImmutableArray<DesiredChain> Chains,
    ImmutableArray<DesiredAlgorithm> Algorithms,
    ImmutableArray<DesiredProfile> Profiles,
    RuleTable Rules)
{
    /// <summary>Nothing of ours in the kernel.</summary>
    public static DesiredState Empty { get; } = new("", [], [], [], RuleTable.Empty);

    /// <summary>Programs attached by themselves, sorted by their keys.</summary>
    public ImmutableArray<DesiredAttachment> Attachments { get; init; } = [];

    /// <summary>Sysctls of the agent's network namespace, sorted by name.</summary>
    public ImmutableArray<DesiredSysctl> Sysctls { get; init; } = [];

    /// <summary>What the operator switched off: texts of <see cref="PauseTarget"/>, at most <see cref="PauseTarget.Most"/> beside everything.</summary>
    public ImmutableSortedSet<string> Pauses { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);
}

/// <summary>The one program of a scope.</summary>
/// <param name="Scope">Path of the cgroup below the cgroup v2 mount; <c>/</c> is the whole host.</param>
/// <param name="CgroupId">The kernel's id of that cgroup; a cgroup made anew has another.</param>
/// <param name="Key">What the chain's rules are stored under; see <see cref="Identity.ChainKey"/>.</param>
/// <param name="Stages">The stages in the order in which they are called; the index is the slot.</param>
public sealed record DesiredChain(string Scope, ulong CgroupId, uint Key, ImmutableArray<ChainStage> Stages);

/// <summary>A stage of a chain.</summary>
/// <param name="Feature">Name of the feature.</param>
/// <param name="Variant">Name of the variant.</param>
/// <param name="Program">Its program.</param>
public sealed record ChainStage(string Feature, string Variant, SockopsStage Program);

/// <summary>A congestion control that must be registered.</summary>
/// <param name="Feature">Name of the feature.</param>
/// <param name="Variant">Name of the variant.</param>
/// <param name="Program">Its program.</param>
public sealed record DesiredAlgorithm(string Feature, string Variant, CongestionControl Program);

/// <summary>The merged parameters of every policy that matches one class of connections.</summary>
/// <param name="Id">Identity: a hash of the chain's key and of which policy gives which feature, never of a value, so that a changed value keeps it. Not zero.</param>
/// <param name="Chain">Key of the chain whose slots the entries refer to.</param>
/// <param name="Entries">By slot, ascending.</param>
public sealed record DesiredProfile(ulong Id, uint Chain, ImmutableArray<ProfileEntry> Entries);

/// <summary>What one policy gives one feature.</summary>
/// <param name="Slot">Index of the stage in the chain, 0 to 15.</param>
/// <param name="Feature">Name of the feature.</param>
/// <param name="Policy">Name of the policy that won.</param>
/// <param name="Parameters">As <see cref="Features.ITuningFeature.Encode"/> wrote them: 32 bytes.</param>
public sealed record ProfileEntry(int Slot, string Feature, string Policy, ImmutableArray<byte> Parameters);
