using System.Collections.Immutable;

namespace NetEdit.Model;

/// <summary>What became of a policy, or of one feature of it, on this host.</summary>
public enum PolicyState
{
    /// <summary>In force as written.</summary>
    Active,

    /// <summary>In force with a lesser variant, for new connections only, or with a value the host caps; the reason says which.</summary>
    Degraded,

    /// <summary>Some of its features are in force, others are not.</summary>
    PartiallyActive,

    /// <summary>Its mode is observe: what it would do is decided and counted, nothing is set.</summary>
    Observing,

    /// <summary>This host is not selected.</summary>
    Skipped,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>Its cgroup, or any of its containers, does not exist yet; it is attached when one appears.</summary>
    Waiting,

    /// <summary>The host lacks a capability, or it is not known whether it has it, or the feature is not installed.</summary>
    Unsupported,

    /// <summary>Other policies win everywhere it would apply.</summary>
    Conflict,

    /// <summary>The kernel holds it, and connections contradict it: its programs do not run, or the kernel refuses what they set, or it did not stick.</summary>
    AuditFailed,

    /// <summary>A call to the kernel failed.</summary>
    Failed,

    /// <summary>It failed before with this program and kernel and is not tried again until one of them changes.</summary>
    Quarantined,
}

/// <summary>A reason with a stable code.</summary>
/// <param name="Code">One of <see cref="ReasonCodes"/>; part of metrics and of the log's deduplication.</param>
/// <param name="Text">A sentence for a person, without a full stop.</param>
public sealed record Reason(string Code, string Text);

/// <summary>Stable codes of reasons.</summary>
public static class ReasonCodes
{
    /// <summary>Nothing to add.</summary>
    public const string None = "none";

    /// <summary>In force for a share of the connections, or until some time.</summary>
    public const string Limited = "limited";

    /// <summary>What it would do is counted.</summary>
    public const string Observing = "observing";

    /// <summary>A host label differs.</summary>
    public const string HostLabels = "host-labels";

    /// <summary>A host expression does not hold.</summary>
    public const string HostExpression = "host-expression";

    /// <summary>The kernel is outside the range.</summary>
    public const string HostKernel = "host-kernel";

    /// <summary>The policy's <c>until</c> is over.</summary>
    public const string Expired = "expired";

    /// <summary>The cgroup, or none of the containers or interfaces, exists.</summary>
    public const string ScopeAbsent = "scope-absent";

    /// <summary>The kernel asks for it before there is a socket that has a user and an interface.</summary>
    public const string OriginUnknown = "origin-unknown";

    /// <summary>This host has no user of a name.</summary>
    public const string UserUnknown = "user-unknown";

    /// <summary>No variant has all its capabilities.</summary>
    public const string CapabilityMissing = "capability-missing";

    /// <summary>It is not known now whether the host has a capability; what the kernel holds of the feature stays as it is.</summary>
    public const string CapabilityUnknown = "capability-unknown";

    /// <summary>A lesser variant is used.</summary>
    public const string LesserVariant = "lesser-variant";

    /// <summary>The host will not give the whole of a value.</summary>
    public const string ValueCapped = "value-capped";

    /// <summary>The values are given, and connections lose something by them.</summary>
    public const string ValueHarms = "value-harms";

    /// <summary>The feature is in force for new connections only: this kernel cannot change open ones.</summary>
    public const string LiveSocketsUntouched = "live-sockets-untouched";

    /// <summary>The feature's programs meet every connection of the scope, also those the policy does not select.</summary>
    public const string ConnectionsNotTold = "connections-not-told-apart";

    /// <summary>The feature's programs cannot be given to a share of the connections, or only be observed.</summary>
    public const string NotDivisible = "not-divisible";

    /// <summary>It would hold for the whole network namespace, and the policy is for a cgroup.</summary>
    public const string WholeNamespace = "whole-namespace";

    /// <summary>This kernel lacks a sysctl.</summary>
    public const string SysctlMissing = "sysctl-missing";

    /// <summary>Somebody else changed a sysctl; that stays.</summary>
    public const string ChangedByOthers = "changed-by-others";

    /// <summary>The feature's programs should run before those of others, and this kernel keeps no such order.</summary>
    public const string OrderNotKept = "order-not-kept";

    /// <summary>A program that is not NetEdit's is attached below the scope, where it can void our answers. The state does not change.</summary>
    public const string ForeignBelow = "foreign-below";

    /// <summary>No such feature is installed.</summary>
    public const string FeatureNotInstalled = "feature-not-installed";

    /// <summary>Other policies win everywhere.</summary>
    public const string Shadowed = "shadowed";

    /// <summary>The kernel refused a program, a map or an attachment.</summary>
    public const string KernelRefused = "kernel-refused";

    /// <summary>An audit found it contradicted by connections.</summary>
    public const string AuditFailed = "audit-failed";

    /// <summary>An audit found connections, and not most of them, whose value an application or another program has overwritten.</summary>
    public const string Overwritten = "overwritten";

    /// <summary>An audit found connections, and not most of them, on which the kernel refused it.</summary>
    public const string RefusedOnConnections = "refused-on-connections";

    /// <summary>An audit found connections, and not most of them, that no program has met.</summary>
    public const string NotReached = "not-reached";

    /// <summary>Open connections in network namespaces that the agent may not see keep what they have.</summary>
    public const string NamespacesHidden = "namespaces-hidden";

    /// <summary>It failed before on this kernel, or flapped, and is not tried again until it or the kernel changes, or on request.</summary>
    public const string Quarantined = "quarantined";

    /// <summary>The feature's own code threw.</summary>
    public const string FeatureError = "feature-error";

    /// <summary>More stages, rules, profiles or containers than fit.</summary>
    public const string TooLarge = "too-large";
}

/// <summary>What the PolicyEngine decided for one policy on this host, and why.</summary>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Source">Where it was read: <c>file:line</c>.</param>
/// <param name="Scope">Path of its cgroup, <c>/</c> being the whole host; or which containers: <c>containers { runtime: "docker" }</c>.</param>
/// <param name="State">What became of it.</param>
/// <param name="Reason">The first reason that made the state what it is.</param>
/// <param name="Features">One entry per feature it names; empty when the host is not selected.</param>
public sealed record PolicyDecision(
    string Policy,
    string Source,
    string Scope,
    PolicyState State,
    Reason Reason,
    ImmutableArray<FeatureDecision> Features
)
{
    /// <summary>Its cgroups that there are, sorted: several for containers.</summary>
    public ImmutableArray<string> Scopes { get; init; } = [];
}

/// <summary>What was decided for one feature of a policy.</summary>
/// <param name="Feature">Name of the feature.</param>
/// <param name="State">What became of it.</param>
/// <param name="Variant">The variant chosen, or null.</param>
/// <param name="Values">The values, as a policy would write them: <c>segments: 40</c>.</param>
/// <param name="Reasons">Why; also why better variants were not chosen.</param>
/// <param name="Contests">Whom it met for the same connections, and who won.</param>
public sealed record FeatureDecision(
    string Feature,
    PolicyState State,
    string? Variant,
    string Values,
    ImmutableArray<Reason> Reasons,
    ImmutableArray<Contest> Contests
);

/// <summary>Two policies that give one feature to the same connections.</summary>
/// <param name="Winner">Name of the policy that wins.</param>
/// <param name="Loser">Name of the policy that loses.</param>
/// <param name="Rule">What decided: <c>priority 200 over 100</c>, <c>narrower scope</c>, <c>longer prefix</c>, <c>narrower port range</c>, <c>user or interface named</c>, <c>name</c>.</param>
/// <param name="Where">The connections they meet on, for a person: scope, and peers and ports where they are bounded.</param>
public sealed record Contest(string Winner, string Loser, string Rule, string Where);

/// <summary>A program that the kernel refused; excluded from decisions until it or the kernel changes.</summary>
/// <param name="Feature">Name of the feature.</param>
/// <param name="Variant">Name of the variant.</param>
/// <param name="Digest">Digest of the object; empty for a variant without programs.</param>
/// <param name="Reason">What was tried, on what, errno by name, what to do.</param>
public sealed record Rejection(string Feature, string Variant, string Digest, string Reason)
{
    /// <summary>The kernel's errno; 0 when no call failed, or when it is not known any more.</summary>
    public int Errno { get; init; }

    /// <summary>Whether it is from an earlier pass and was not tried in this one: the feature is then Quarantined, not Failed.</summary>
    public bool Remembered { get; init; }
}
