using System.Collections.Immutable;
using NetEdit.Bpf;
using NetEdit.Features;

namespace NetEdit.Model;

/// <summary>What the kernel should hold. Pure data, made by the PolicyEngine.</summary>
/// <param name="Revision">Revision of the policy set from which the state was made.</param>
/// <param name="Chains">One chain for each scope that a policy tunes, sorted by scope.</param>
/// <param name="Algorithms">Congestion controls that must be registered, sorted by name.</param>
/// <param name="Profiles">Every profile that a rule refers to, sorted by id.</param>
/// <param name="Rules">The rules, which say which connections get which profile.</param>
public sealed record DesiredState(
    string Revision,
    ImmutableArray<DesiredChain> Chains,
    ImmutableArray<DesiredAlgorithm> Algorithms,
    ImmutableArray<DesiredProfile> Profiles,
    RuleTable Rules
)
{
    /// <summary>The state in which the kernel holds nothing of NetEdit.</summary>
    public static DesiredState Empty { get; } = new("", [], [], [], RuleTable.Empty);

    /// <summary>Standalone programs that should be attached, sorted by their keys.</summary>
    public ImmutableArray<DesiredAttachment> Attachments { get; init; } = [];

    /// <summary>Sysctls of the agent's network namespace, sorted by name.</summary>
    public ImmutableArray<DesiredSysctl> Sysctls { get; init; } = [];

    /// <summary>
    /// Features that policies name and about which it is not known now whether the host can give them.
    /// </summary>
    public ImmutableArray<UndecidedFeature> Undecided { get; init; } = [];

    /// <summary>
    /// What the operator paused, as texts of <see cref="PauseTarget"/>: at most <see cref="PauseTarget.Most"/> targets
    /// besides <see cref="PauseTarget.Everything"/>.
    /// </summary>
    public ImmutableSortedSet<string> Pauses { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);
}

/// <summary>The one sockops program of a scope.</summary>
/// <param name="Scope">Path of the cgroup below the cgroup v2 mount; <c>/</c> is the whole host.</param>
/// <param name="CgroupId">
/// The kernel's id of that cgroup. A cgroup that is deleted and created again has another id.
/// </param>
/// <param name="Key">
/// The key under which the chain's rules are stored (<see cref="Identity.ChainKey"/>). Containers of the same policies
/// share their rules, if no scope around them has a chain.
/// </param>
/// <param name="Stages">The stages in the order in which they are called. The index of a stage is its slot.</param>
public sealed record DesiredChain(string Scope, ulong CgroupId, uint Key, ImmutableArray<ChainStage> Stages)
{
    /// <summary>
    /// Number of stages that fit into a chain (<c>NETEDIT_STAGES</c>), and so of features that one scope can have.
    /// </summary>
    public const int MostStages = 16;

    /// <summary>The stages, as text for a person: <c>dctcp (bpf), initial-cwnd (sockops)</c>.</summary>
    public string StagesText => string.Join(", ", Stages.Select(stage => $"{stage.Feature} ({stage.Variant})"));
}

/// <summary>One feature's part of a chain.</summary>
/// <param name="Feature">Name of the feature.</param>
/// <param name="Variant">Name of the variant.</param>
/// <param name="Program">The program of the stage.</param>
public sealed record ChainStage(string Feature, string Variant, SockopsStage Program);

/// <summary>A congestion control that must be registered.</summary>
/// <param name="Feature">Name of the feature.</param>
/// <param name="Variant">Name of the variant.</param>
/// <param name="Program">The program of the congestion control.</param>
public sealed record DesiredAlgorithm(string Feature, string Variant, CongestionControl Program);

/// <summary>
/// The merged parameters of all policies that match one class of connections. Or a split, which leads to the profiles
/// of two arms.
/// </summary>
public sealed class DesiredProfile
{
    private ulong _id;
    private ImmutableArray<byte> _value;

    /// <summary>Creates a profile.</summary>
    /// <param name="chain">Key of the chain whose slots the entries refer to.</param>
    /// <param name="entries">The entries, sorted by slot.</param>
    public DesiredProfile(uint chain, ImmutableArray<ProfileEntry> entries) => (Chain, Entries) = (chain, entries);

    /// <summary>Creates a split.</summary>
    /// <param name="chain">Key of the chain.</param>
    /// <param name="split">Where the connections of the split go.</param>
    public DesiredProfile(uint chain, ProfileSplit split)
        : this(chain, []) => Split = split;

    /// <summary>Creates what the listeners of a class of ports get.</summary>
    /// <param name="chain">Key of the chain.</param>
    /// <param name="listeners">What they get.</param>
    public DesiredProfile(uint chain, ProfileListeners listeners)
        : this(chain, []) => Listeners = listeners;

    /// <summary>
    /// Id of the profile or split. It is a hash of the chain's key and of which policy gives which feature, but never
    /// of a value, so a changed value keeps the id. It is not zero. <see cref="Identity.SplitBit"/> shows whether it is
    /// a split.
    /// </summary>
    public ulong Id
    {
        get =>
            _id != 0
                ? _id
                : _id =
                    Split is not null ? Identity.SplitId(Chain, Split)
                    : Listeners is not null ? Identity.ListenerId(Chain, Listeners.PortClass)
                    : Identity.ProfileId(this);
        init => _id = value;
    }

    /// <summary>Key of the chain whose slots the entries refer to.</summary>
    public uint Chain { get; }

    /// <summary>The parameters that the profile gives, sorted by slot.</summary>
    public ImmutableArray<ProfileEntry> Entries { get; }

    /// <summary>
    /// The parameters that policies in mode observe would give, sorted by slot. They are counted, not given.
    /// </summary>
    public ImmutableArray<ProfileEntry> Observed { get; init; } = [];

    /// <summary>
    /// The policies that are for a share of the connections, the strongest first, each with whether the connections of
    /// this profile are in the share.
    /// </summary>
    public ImmutableArray<PolicyArm> Arms { get; init; } = [];

    /// <summary>Names of the policies whose connections are measured.</summary>
    public ImmutableArray<string> Measured { get; init; } = [];

    /// <summary>Where the connections of a split go; null for a profile. A split has no other content.</summary>
    public ProfileSplit? Split { get; }

    /// <summary>What listeners get; null for a profile or a split.</summary>
    public ProfileListeners? Listeners { get; }

    /// <summary>
    /// The bytes of the profile in the kernel (<see cref="ProfileLayout"/>). They are encoded once, and compared and
    /// written as they are.
    /// </summary>
    public ImmutableArray<byte> Value => _value.IsDefault ? _value = ProfileLayout.Encode(this) : _value;

    /// <summary>Names of all policies that give the profile something, or would give it.</summary>
    public IEnumerable<string> Policies =>
        (
            Split is { } split ? [split.Policy]
            : Listeners is { } listeners ? listeners.Given.Select(entry => entry.Policy)
            : Entries.Concat(Observed).Select(entry => entry.Policy).Concat(Arms.Select(arm => arm.Policy))
        ).Distinct(StringComparer.Ordinal);
}

/// <summary>The arm that a connection is in, for one policy that is for a share of the connections.</summary>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Treated">
/// Whether the connection is in the share. If not, it is treated as if the policy did not exist.
/// </param>
public readonly record struct PolicyArm(string Policy, bool Treated);

/// <summary>A draw that decides for each connection whether a policy with a share is for it.</summary>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Share">
/// The share of the connections that the policy is for, in parts of <see cref="Whole"/>: 1 to 65536.
/// </param>
/// <param name="Treated">Id of the profile, or of the next split, for the connections in the share.</param>
/// <param name="Control">Id of the profile, or of the next split, for the other connections.</param>
public sealed record ProfileSplit(string Policy, int Share, ulong Treated, ulong Control)
{
    /// <summary>The share that means all connections (<c>NETEDIT_WHOLE</c>).</summary>
    public const int Whole = 65536;

    /// <summary>
    /// Greatest number of splits that a connection may meet, one after the other (<c>NETEDIT_SPLITS</c>).
    /// </summary>
    public const int Most = 3;
}

/// <summary>What the listeners of a class of ports get, because every rule gives it to the connections that they accept.</summary>
/// <param name="PortClass">The class of the ports.</param>
/// <param name="Given">The settings of each feature of a policy, at most <see cref="ListenerSetting.Most"/> in all.</param>
public sealed record ProfileListeners(ushort PortClass, ImmutableArray<ProfileEntry> Given);

/// <summary>The parameters that one policy gives to one feature.</summary>
/// <param name="Slot">Slot of the feature's stage in the chain, 0 to 15.</param>
/// <param name="Feature">Name of the feature.</param>
/// <param name="Policy">Name of the policy that won.</param>
/// <param name="Parameters">
/// The parameters as <see cref="Features.ITuningFeature.Encode"/> wrote them, 32 bytes.
/// </param>
public sealed record ProfileEntry(int Slot, string Feature, string Policy, ImmutableArray<byte> Parameters)
{
    /// <summary>What a listener can pass on of it (<see cref="ITuningFeature.ListenerSettings"/>).</summary>
    public ImmutableArray<ListenerSetting> ListenerSettings { get; init; } = [];
}
