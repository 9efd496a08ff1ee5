using System.Collections.Immutable;
using NetEdit.Bpf;

namespace NetEdit.Model;

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
    RuleTable Rules
)
{
    /// <summary>Nothing of ours in the kernel.</summary>
    public static DesiredState Empty { get; } = new("", [], [], [], RuleTable.Empty);

    /// <summary>Standalone programs, sorted by their keys.</summary>
    public ImmutableArray<DesiredAttachment> Attachments { get; init; } = [];

    /// <summary>Sysctls of the agent's network namespace, sorted by name.</summary>
    public ImmutableArray<DesiredSysctl> Sysctls { get; init; } = [];

    /// <summary>Features that policies name and of which it is not known now whether the host can give them.</summary>
    public ImmutableArray<UndecidedFeature> Undecided { get; init; } = [];

    /// <summary>What the operator switched off: texts of <see cref="PauseTarget"/>, at most <see cref="PauseTarget.Most"/> beside everything.</summary>
    public ImmutableSortedSet<string> Pauses { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);
}

/// <summary>The one program of a scope.</summary>
/// <param name="Scope">Path of the cgroup below the cgroup v2 mount; <c>/</c> is the whole host.</param>
/// <param name="CgroupId">The kernel's id of that cgroup; a cgroup made anew has another.</param>
/// <param name="Key">What the chain's rules are stored under; see <see cref="Identity.ChainKey"/>.</param>
/// <param name="Stages">The stages in the order in which they are called; the index is the slot.</param>
public sealed record DesiredChain(string Scope, ulong CgroupId, uint Key, ImmutableArray<ChainStage> Stages)
{
    /// <summary>Stages that a chain has room for (<c>NETEDIT_STAGES</c>): features that one scope can have.</summary>
    public const int MostStages = 16;

    /// <summary>The stages for a person: <c>dctcp (bpf), initial-cwnd (sockops)</c>.</summary>
    public string StagesText => string.Join(", ", Stages.Select(stage => $"{stage.Feature} ({stage.Variant})"));
}

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

/// <summary>
/// The merged parameters of every policy that matches one class of connections; or a split, which leads to the profiles of two arms.
/// </summary>
public sealed class DesiredProfile
{
    private ulong _id;
    private ImmutableArray<byte> _value;

    /// <summary>Creates a profile.</summary>
    /// <param name="chain">Key of the chain whose slots the entries refer to.</param>
    /// <param name="entries">By slot, ascending.</param>
    public DesiredProfile(uint chain, ImmutableArray<ProfileEntry> entries) => (Chain, Entries) = (chain, entries);

    /// <summary>Creates a split.</summary>
    /// <param name="chain">Key of the chain.</param>
    /// <param name="split">Where its connections go.</param>
    public DesiredProfile(uint chain, ProfileSplit split)
        : this(chain, []) => Split = split;

    /// <summary>
    /// Identity: a hash of the chain's key and of which policy gives which feature, never of a value, so that a changed value keeps it.
    /// Not zero; <see cref="Identity.SplitBit"/> says whether it is a split.
    /// </summary>
    public ulong Id
    {
        get => _id != 0 ? _id : _id = Split is null ? Identity.ProfileId(this) : Identity.SplitId(Chain, Split);
        init => _id = value;
    }

    /// <summary>Key of the chain whose slots the entries refer to.</summary>
    public uint Chain { get; }

    /// <summary>What it gives. By slot, ascending.</summary>
    public ImmutableArray<ProfileEntry> Entries { get; }

    /// <summary>What policies in mode observe would give: counted, not given. By slot, ascending.</summary>
    public ImmutableArray<ProfileEntry> Observed { get; init; } = [];

    /// <summary>The policies that are for a share of the connections, and whether those of this profile are of the share. The strongest first.</summary>
    public ImmutableArray<PolicyArm> Arms { get; init; } = [];

    /// <summary>The policies whose connections are measured.</summary>
    public ImmutableArray<string> Measured { get; init; } = [];

    /// <summary>Where the connections of a split go; null for a profile. A split has nothing else.</summary>
    public ProfileSplit? Split { get; }

    /// <summary>Its bytes in the kernel: encoded once, compared and written as they are (<see cref="ProfileLayout"/>).</summary>
    public ImmutableArray<byte> Value => _value.IsDefault ? _value = ProfileLayout.Encode(this) : _value;

    /// <summary>Every policy that gives it something, or would.</summary>
    public IEnumerable<string> Policies =>
        (
            Split is { } split
                ? [split.Policy]
                : Entries.Concat(Observed).Select(entry => entry.Policy).Concat(Arms.Select(arm => arm.Policy))
        ).Distinct(StringComparer.Ordinal);
}

/// <summary>Where a connection is with a policy that is for a share of them.</summary>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Treated">Whether it is of the share; else it is as if there were no such policy.</param>
public readonly record struct PolicyArm(string Policy, bool Treated);

/// <summary>Draws for each connection whether a policy is for it.</summary>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Share">Connections it is for, in parts of <see cref="Whole"/>: 1 to 65536.</param>
/// <param name="Treated">Id of the profile, or of the next split, of those.</param>
/// <param name="Control">The same of the others.</param>
public sealed record ProfileSplit(string Policy, int Share, ulong Treated, ulong Control)
{
    /// <summary>A share of all (<c>NETEDIT_WHOLE</c>).</summary>
    public const int Whole = 65536;

    /// <summary>Splits a connection may come to, one after the other (<c>NETEDIT_SPLITS</c>).</summary>
    public const int Most = 3;
}

/// <summary>What one policy gives one feature.</summary>
/// <param name="Slot">Index of the stage in the chain, 0 to 15.</param>
/// <param name="Feature">Name of the feature.</param>
/// <param name="Policy">Name of the policy that won.</param>
/// <param name="Parameters">As <see cref="Features.ITuningFeature.Encode"/> wrote them: 32 bytes.</param>
public sealed record ProfileEntry(int Slot, string Feature, string Policy, ImmutableArray<byte> Parameters);
