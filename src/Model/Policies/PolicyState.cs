using System.Collections.Immutable;

namespace NetEdit.Model;

/// <summary>The state of a policy, or of one feature of it, on this host.</summary>
public enum PolicyState
{
    /// <summary>In force as written.</summary>
    Active,

    /// <summary>
    /// In force with a restriction, such as a lesser variant, new connections only, or a value that the host caps. The
    /// reason says which.
    /// </summary>
    Degraded,

    /// <summary>Some features, or some scopes of a feature, are in force and others are not.</summary>
    PartiallyActive,

    /// <summary>The mode is observe. What the policy would do is decided and counted, but nothing is set.</summary>
    Observing,

    /// <summary>The policy does not select this host.</summary>
    Skipped,

    /// <summary>The time of the policy is over.</summary>
    Expired,

    /// <summary>
    /// The cgroup, or all containers, interfaces or users of the policy, do not exist yet. The policy is attached when
    /// one appears.
    /// </summary>
    Waiting,

    /// <summary>
    /// The host lacks a capability, or it is not known whether it has the capability. Or the feature is not installed,
    /// or does not work in the policy's scope.
    /// </summary>
    Unsupported,

    /// <summary>Other policies win wherever the policy would apply.</summary>
    Conflict,

    /// <summary>
    /// The kernel holds it, but connections contradict it: its programs do not run, the kernel refuses what they set,
    /// or the settings did not stick.
    /// </summary>
    AuditFailed,

    /// <summary>
    /// A call to the kernel failed, a limit is exceeded, or the feature's own code threw an exception.
    /// </summary>
    Failed,

    /// <summary>
    /// It failed before with this program on this kernel. It is not tried again until the program or the kernel
    /// changes, or until an operator asks for it.
    /// </summary>
    Quarantined,
}

/// <summary>The reason for a state, with a stable code.</summary>
/// <param name="Code">
/// One of <see cref="ReasonCodes"/>. The code is part of metrics, and the log uses it to leave out repetitions.
/// </param>
/// <param name="Text">A sentence for a person, without a full stop.</param>
public sealed record Reason(string Code, string Text);

/// <summary>The stable codes of reasons.</summary>
public static class ReasonCodes
{
    /// <summary>The text only informs; it reports no restriction.</summary>
    public const string None = "none";

    /// <summary>The policy is in force for a share of the connections, or until a given time.</summary>
    public const string Limited = "limited";

    /// <summary>What the policy would do is only counted.</summary>
    public const string Observing = "observing";

    /// <summary>A label of the host differs from the one that the policy asks for.</summary>
    public const string HostLabels = "host-labels";

    /// <summary>An expression on host labels does not hold.</summary>
    public const string HostExpression = "host-expression";

    /// <summary>The host's kernel is outside the range that the policy asks for.</summary>
    public const string HostKernel = "host-kernel";

    /// <summary>The time in the policy's <c>until</c> is over.</summary>
    public const string Expired = "expired";

    /// <summary>The cgroup does not exist, or none of the containers or interfaces exists.</summary>
    public const string ScopeAbsent = "scope-absent";

    /// <summary>The kernel asks for the value before a socket with a user and an interface exists.</summary>
    public const string OriginUnknown = "origin-unknown";

    /// <summary>A user that the policy names does not exist on this host.</summary>
    public const string UserUnknown = "user-unknown";

    /// <summary>The host lacks a capability that a variant needs.</summary>
    public const string CapabilityMissing = "capability-missing";

    /// <summary>
    /// It is not known now whether the host has a capability. What the kernel holds of the feature stays as it is.
    /// </summary>
    public const string CapabilityUnknown = "capability-unknown";

    /// <summary>A lesser variant is used.</summary>
    public const string LesserVariant = "lesser-variant";

    /// <summary>The host does not give the whole of a value.</summary>
    public const string ValueCapped = "value-capped";

    /// <summary>The values are in force, but they cost connections something.</summary>
    public const string ValueHarms = "value-harms";

    /// <summary>
    /// The feature is in force for new connections only, because this kernel cannot change open ones.
    /// </summary>
    public const string LiveSocketsUntouched = "live-sockets-untouched";

    /// <summary>
    /// The feature's programs or sysctls act on every connection of the scope, also on those that the policy does not
    /// select.
    /// </summary>
    public const string ActsOnAllConnections = "acts-on-all-connections";

    /// <summary>
    /// The feature cannot be limited to a share of the connections or only be observed. Or some connections are for the
    /// shares of more than <see cref="ProfileSplit.Most"/> policies.
    /// </summary>
    public const string NotDivisible = "not-divisible";

    /// <summary>The sysctls would apply to the whole network namespace, but the policy is for a cgroup.</summary>
    public const string WholeNamespace = "whole-namespace";

    /// <summary>This kernel lacks a sysctl that the feature sets.</summary>
    public const string SysctlMissing = "sysctl-missing";

    /// <summary>Somebody else changed a sysctl, and that value stays.</summary>
    public const string ChangedByOthers = "changed-by-others";

    /// <summary>
    /// The feature's programs should run before those of others, but this kernel keeps no such order.
    /// </summary>
    public const string OrderUnsupported = "order-unsupported";

    /// <summary>
    /// A program that is not NetEdit's is attached below the scope, where it can void NetEdit's answers. The state of
    /// the policy does not change.
    /// </summary>
    public const string ForeignBelow = "foreign-below";

    /// <summary>No feature of this name is installed.</summary>
    public const string FeatureNotInstalled = "feature-not-installed";

    /// <summary>Other policies win wherever the policy would apply.</summary>
    public const string Shadowed = "shadowed";

    /// <summary>The kernel refused a program, a map or an attachment.</summary>
    public const string KernelRefused = "kernel-refused";

    /// <summary>
    /// The kernel lacks a part although no call failed: something else changed it during the pass. The next pass
    /// repairs it.
    /// </summary>
    public const string ChangedMeanwhile = "changed-meanwhile";

    /// <summary>An audit found that connections contradict the feature.</summary>
    public const string AuditFailed = "audit-failed";

    /// <summary>
    /// An audit found some connections, but not most, whose value an application or another program has overwritten.
    /// </summary>
    public const string Overwritten = "overwritten";

    /// <summary>
    /// An audit found some connections, but not most, on which the kernel refused the feature's settings.
    /// </summary>
    public const string RefusedOnConnections = "refused-on-connections";

    /// <summary>An audit found some connections, but not most, that no program has met.</summary>
    public const string NotReached = "not-reached";

    /// <summary>Open connections in network namespaces that the agent may not see keep what they have.</summary>
    public const string NamespacesHidden = "namespaces-hidden";

    /// <summary>
    /// The feature failed before on this kernel, or it flapped. It is not tried again until it or the kernel changes,
    /// or until an operator asks for it.
    /// </summary>
    public const string Quarantined = "quarantined";

    /// <summary>The feature's own code threw an exception.</summary>
    public const string FeatureError = "feature-error";

    /// <summary>More stages, rules, profiles or containers are needed than fit.</summary>
    public const string TooLarge = "too-large";
}

/// <summary>The PolicyEngine's decision for one policy on this host, with its reasons.</summary>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Source">Where the policy was read, as <c>file:line</c>.</param>
/// <param name="Scope">
/// Path of the policy's cgroup (<c>/</c> is the whole host), or the selected containers:
/// <c>containers { runtime: "docker" }</c>.
/// </param>
/// <param name="State">The state of the policy.</param>
/// <param name="Reason">The first reason that made the state what it is.</param>
/// <param name="Features">
/// One entry for each feature that the policy names; empty if the policy does not select the host or has expired.
/// </param>
public sealed record PolicyDecision(
    string Policy,
    string Source,
    string Scope,
    PolicyState State,
    Reason Reason,
    ImmutableArray<FeatureDecision> Features
)
{
    /// <summary>
    /// The cgroups of the policy that exist, in the order of the policy's scopes. A policy for containers may have
    /// several.
    /// </summary>
    public ImmutableArray<string> Scopes { get; init; } = [];

    /// <summary>Whether the mode of the policy is observe: it sets nothing, whatever its state.</summary>
    public bool Observes { get; init; }
}

/// <summary>The decision for one feature of a policy.</summary>
/// <param name="Feature">Name of the feature.</param>
/// <param name="State">The state of the feature.</param>
/// <param name="Variant">Name of the chosen variant; null if none was chosen.</param>
/// <param name="Values">The values as a policy would write them, such as <c>segments: 40</c>.</param>
/// <param name="Reasons">The reasons for the state, and why better variants were not chosen.</param>
/// <param name="Contests">The policies that the feature met for the same connections, and who won.</param>
public sealed record FeatureDecision(
    string Feature,
    PolicyState State,
    string? Variant,
    string Values,
    ImmutableArray<Reason> Reasons,
    ImmutableArray<Contest> Contests
);

/// <summary>Two policies of which only one can give its feature to the same connections.</summary>
/// <param name="Winner">Name of the policy that wins.</param>
/// <param name="Loser">Name of the policy that loses.</param>
/// <param name="Rule">
/// The rule that decided: <c>priority 200 over 100</c>, <c>narrower scope</c>, <c>longer prefix</c>,
/// <c>narrower port range</c>, <c>user or interface named</c>, <c>name</c>. A note may follow after a semicolon.
/// </param>
/// <param name="Where">
/// Where the two policies meet, as text for a person: the scope, and peers and ports where these are limited.
/// </param>
public sealed record Contest(string Winner, string Loser, string Rule, string Where);

/// <summary>
/// A program that the kernel refused. Decisions leave it out until the program or the kernel changes.
/// </summary>
/// <param name="Feature">Name of the feature.</param>
/// <param name="Variant">Name of the variant.</param>
/// <param name="Digest">Digest of the object; empty for a variant without programs.</param>
/// <param name="Reason">What was tried, on which object, the errno by name, and what to do next.</param>
public sealed record Rejection(string Feature, string Variant, string Digest, string Reason)
{
    /// <summary>The kernel's errno; 0 if no call failed, or if the errno is not known any more.</summary>
    public int Errno { get; init; }

    /// <summary>
    /// Whether the rejection is from an earlier pass and the program was not tried in this pass. The feature is then
    /// Quarantined, not Failed.
    /// </summary>
    public bool Remembered { get; init; }
}
