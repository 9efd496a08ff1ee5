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

/// <summary>A request on the control socket: one line.</summary>
/// <param name="Command"><c>status</c>, <c>explain</c>, <c>connections</c>, <c>reconcile</c>, <c>apply</c>, <c>gc</c>, <c>uninstall</c>, <c>pauses-changed</c>, <c>retry</c>, <c>compare</c> or <c>audit</c>.</param>
internal sealed record ControlRequest(string Command)
{
    /// <summary>Of <c>apply</c>: the policies, as an absolute path.</summary>
    public string? Policies { get; init; }

    /// <summary>Of <c>gc</c>: whether to look only.</summary>
    public bool DryRun { get; init; }

    /// <summary>Of <c>retry</c> and <c>compare</c>: what the user named. Of <c>connections</c>: an end, or none for all. Of <c>explain</c>: a policy, or none for all.</summary>
    public string[]? Names { get; init; }

    /// <summary>Of <c>connections</c>: inodes of the sockets, instead of an end.</summary>
    public ulong[]? Inodes { get; init; }

    /// <summary>
    /// When the sender gives up, in ms of <see cref="Environment.TickCount64"/>, the host's monotonic clock; null for never. What has not
    /// begun by then is not done.
    /// </summary>
    public long? Expires { get; init; }
}

/// <summary>The answer: one line.</summary>
/// <param name="Status">What the agent knows; null on an error, and when something else was asked for.</param>
/// <param name="Error">What is wrong with the request, or null.</param>
internal sealed record ControlResponse(StatusReport? Status, string? Error)
{
    /// <summary>Creates the answer to a request that is not done.</summary>
    public static ControlResponse Refuse(string why) => new(null, why);

    /// <summary>What <c>apply</c>, <c>gc</c> or <c>uninstall</c> did.</summary>
    public ChangeOutcome? Change { get; init; }

    /// <summary>What <c>retry</c> let go.</summary>
    public RetryReport? Retry { get; init; }

    /// <summary>What <c>compare</c> found.</summary>
    public CompareReport? Compare { get; init; }

    /// <summary>Of <c>explain</c> of one policy: where it is in use.</summary>
    public ImmutableArray<PolicyUse>? Uses { get; init; }

    /// <summary>What <c>connections</c> found.</summary>
    public ConnectionsReport? Connections { get; init; }

    /// <summary>What <c>audit</c> found.</summary>
    public AuditReport? Audit { get; init; }

    /// <summary>Called when the answer is on its way, or cannot be sent.</summary>
    [JsonIgnore]
    public Action? WhenSent { get; init; }
}

/// <summary>What came of a change to the kernel.</summary>
/// <param name="Report">What was done.</param>
/// <param name="Complete">Whether the kernel is as it was meant to be.</param>
/// <param name="Error">What went wrong, or null.</param>
internal sealed record ChangeOutcome(PlanReport Report, bool Complete, string? Error)
{
    /// <summary>Why the policies are not used.</summary>
    public ImmutableArray<PolicyError> PolicyErrors { get; init; } = [];
}

/// <summary>State of the host as <c>status</c> and <c>explain</c> show it.</summary>
internal sealed record StatusReport
{
    public required string Ledger { get; init; }

    /// <summary>The agent that says so; null when the kernel was read directly.</summary>
    public AgentInfo? Agent { get; init; }

    /// <summary>Revision of the policies in force; null without an agent.</summary>
    public string? Revision { get; init; }

    /// <summary>Why the newest policies are not in force.</summary>
    public ImmutableArray<PolicyError> PolicyErrors { get; init; } = [];

    /// <summary>Entries of the policy directory that give no policy, and why.</summary>
    public ImmutableArray<UnreadEntry> NotRead { get; init; } = [];

    public ReconcileInfo? LastReconcile { get; init; }

    /// <summary>The pass under way; null when none is.</summary>
    public PassInfo? Pass { get; init; }

    /// <summary>Parts of the agent that do not run, and what that means; they are tried again.</summary>
    public ImmutableArray<string> Problems { get; init; } = [];

    public ImmutableArray<PolicyDecision> Policies { get; init; } = [];

    public required KernelReport Kernel { get; init; }

    public ImmutableArray<string> PluginProblems { get; init; } = [];

    /// <summary>When the policies in force were kept on disk, while they come from there because the policy directory gives none.</summary>
    public DateTimeOffset? PoliciesFromDiskOf { get; init; }

    /// <summary>What is paused: what the operator asked for, or without an agent what the kernel says.</summary>
    public ImmutableArray<string> Pauses { get; init; } = [];

    /// <summary>What is not tried again.</summary>
    public ImmutableArray<QuarantineInfo> Quarantine { get; init; } = [];

    /// <summary>Connections that escaped since the agent started, by scope; none where nothing did.</summary>
    public ImmutableArray<EscapedInfo> Escaped { get; init; } = [];

    /// <summary>State files that were lost or cannot be written, and what that means.</summary>
    public ImmutableArray<string> StateProblems { get; init; } = [];
}

/// <summary>Something in quarantine.</summary>
/// <param name="Feature">The feature.</param>
/// <param name="Variant">The variant; empty for all.</param>
/// <param name="Cause"><c>refused</c> or <c>flapping</c>.</param>
/// <param name="Since">Since when.</param>
/// <param name="Reason">What failed.</param>
/// <param name="History">What happened before.</param>
internal sealed record QuarantineInfo(
    string Feature,
    string Variant,
    string Cause,
    DateTimeOffset Since,
    string Reason,
    ImmutableArray<QuarantineEvent> History
);

/// <summary>What <c>pause</c> or <c>resume</c> did.</summary>
/// <param name="Changed">What was not paused, or not resumed, before.</param>
/// <param name="Pauses">What is paused now: <c>everything</c>, <c>feature/NAME</c>, <c>policy/NAME</c>.</param>
/// <param name="Error">Why the kernel does not do so yet, or null.</param>
/// <param name="Warning">Why it may not survive a restart, or null.</param>
internal sealed record PauseReport(
    ImmutableArray<string> Changed,
    ImmutableArray<string> Pauses,
    string? Error,
    string? Warning
);

/// <summary>What <c>retry</c> let go, to be tried again.</summary>
internal sealed record RetryReport(ImmutableArray<QuarantineInfo> Released)
{
    /// <summary>Sysctls that somebody else had changed.</summary>
    public ImmutableArray<SysctlInfo> Sysctls { get; init; } = [];
}

/// <summary>A running agent.</summary>
internal sealed record AgentInfo(int Pid, string Version, DateTimeOffset StartedAt, string Policies);

/// <summary>The last pass.</summary>
internal sealed record ReconcileInfo(
    DateTimeOffset At,
    string Trigger,
    string Result,
    bool Converged,
    double Seconds,
    string? Error
);

/// <summary>A pass under way.</summary>
/// <param name="Since">When it began.</param>
/// <param name="Trigger">What caused it.</param>
/// <param name="Actions">Actions begun so far.</param>
/// <param name="Action">The last of them; null before the first.</param>
internal sealed record PassInfo(DateTimeOffset Since, string Trigger, int Actions, string? Action);

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

/// <summary>What <c>validate</c> found.</summary>
internal sealed record ValidationReport(
    bool Valid,
    string? Revision,
    int Files,
    ImmutableArray<string> Policies,
    ImmutableArray<PolicyError> Errors
)
{
    /// <summary>Entries of the directories that give no policy, and why.</summary>
    public ImmutableArray<UnreadEntry> NotRead { get; init; } = [];

    /// <summary>What values of valid policies cost, on any host.</summary>
    public ImmutableArray<PolicyCaution> Warnings { get; init; } = [];
}

/// <summary>What <c>plan</c> would do, or <c>apply</c>, <c>gc</c> and <c>uninstall</c> did.</summary>
internal sealed record PlanReport(
    string Revision,
    ImmutableArray<ActionInfo> Actions,
    ImmutableArray<PolicyDecision> Policies
)
{
    /// <summary>Entries of the policy directory that give no policy, and why.</summary>
    public ImmutableArray<UnreadEntry> NotRead { get; init; } = [];

    /// <summary>Walks over open connections.</summary>
    public ImmutableArray<WalkInfo> Walks { get; init; } = [];
}

/// <summary>A walk over the open connections of a scope: sockets by what came of them, refusals by errno.</summary>
internal sealed record WalkInfo(
    string Scope,
    int Namespaces,
    long Changed,
    long Unchanged,
    long Skipped,
    long Failed,
    ImmutableSortedDictionary<string, long> Errors,
    double Seconds
)
{
    /// <summary>Processes whose network namespace could not be seen, for want of CAP_SYS_PTRACE: connections in it keep what they have.</summary>
    public int Hidden { get; init; }
}

/// <summary>An action; <paramref name="Sign"/> is <c>+</c> for what comes, <c>~</c> for what changes, <c>-</c> for what goes.</summary>
internal sealed record ActionInfo(string Sign, string Action, string Object, string Target, string Detail, string Why);

/// <summary>What <c>explain</c> shows.</summary>
internal sealed record ExplainReport(string? Revision, ImmutableArray<PolicyDecision> Policies)
{
    /// <summary>What is paused.</summary>
    public ImmutableArray<string> Pauses { get; init; } = [];

    /// <summary>Of one policy that an agent keeps in force: where it is in use, and what came of it.</summary>
    public ImmutableArray<PolicyUse> Uses { get; init; } = [];

    /// <summary>What is not tried again of the features of these policies.</summary>
    public ImmutableArray<QuarantineInfo> Quarantine { get; init; } = [];
}

internal sealed record FeatureInfo(
    string Name,
    string Summary,
    ImmutableArray<VariantInfo> Variants,
    ImmutableArray<ParameterInfo> Parameters
);

/// <summary>A variant; <paramref name="Supported"/> is null when the host could not be asked.</summary>
internal sealed record VariantInfo(
    string Name,
    bool? Supported,
    ImmutableArray<string> Requires,
    ImmutableArray<string> Missing
);

internal sealed record ParameterInfo(
    string Name,
    string Kind,
    string Minimum,
    string Maximum,
    bool Required,
    string Description
);

internal sealed record FeaturesReport(ImmutableArray<FeatureInfo> Features, ImmutableArray<string> Problems);

internal sealed record VersionInfo(string Version, string Runtime, string Kernel);

/// <summary>How messages are written; generated, so that nothing is reflected over at start.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    WriteIndented = false,
    RespectNullableAnnotations = true,
    AllowDuplicateProperties = false,
    MaxDepth = 32
)]
[JsonSerializable(typeof(ControlRequest))]
[JsonSerializable(typeof(ControlResponse))]
internal sealed partial class AgentJson : JsonSerializerContext;

/// <summary>How verbs write JSON: for people to read.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    WriteIndented = true
)]
[JsonSerializable(typeof(StatusReport))]
[JsonSerializable(typeof(ValidationReport))]
[JsonSerializable(typeof(PlanReport))]
[JsonSerializable(typeof(RetryReport))]
[JsonSerializable(typeof(PauseReport))]
[JsonSerializable(typeof(ExplainReport))]
[JsonSerializable(typeof(CompareReport))]
[JsonSerializable(typeof(AuditReport))]
[JsonSerializable(typeof(ConnectionsReport))]
[JsonSerializable(typeof(FeaturesReport))]
[JsonSerializable(typeof(CapabilityReport))]
[JsonSerializable(typeof(VersionInfo))]
[JsonSerializable(typeof(NetEdit.Agent.Demo.DemoReport))]
internal sealed partial class OutputJson : JsonSerializerContext
{
    private static OutputJson? _readable;

    /// <summary>Writes quotes and angle brackets as they are: the output goes to people and tools, never into HTML.</summary>
    public static OutputJson Readable =>
        _readable ??= new OutputJson(
            new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
        );
}
