using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using NetEdit.Host;
using NetEdit.Policies;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Control;

/// <summary>A request on the control socket: one line.</summary>
/// <param name="Command"><c>status</c>, <c>reconcile</c> or <c>explain</c>.</param>
internal sealed record ControlRequest(string Command);

/// <summary>The answer: one line.</summary>
/// <param name="Status">What the agent knows, or null on an error.</param>
/// <param name="Error">What is wrong with the request, or null.</param>
internal sealed record ControlResponse(StatusReport? Status, string? Error);

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

    public ReconcileInfo? LastReconcile { get; init; }

    public ImmutableArray<PolicyDecision> Policies { get; init; } = [];

    public required KernelInfo Kernel { get; init; }

    public ImmutableArray<string> PluginProblems { get; init; } = [];
}

/// <summary>A running agent.</summary>
internal sealed record AgentInfo(int Pid, string Version, DateTimeOffset StartedAt, string Policies);

/// <summary>The last pass.</summary>
internal sealed record ReconcileInfo(DateTimeOffset At, string Trigger, string Result, bool Converged, double Seconds, string? Error);

/// <summary>What the kernel holds of ours.</summary>
internal sealed record KernelInfo(
    bool Paused,
    ImmutableArray<ChainInfo> Chains,
    ImmutableArray<AlgorithmInfo> Algorithms,
    int Profiles,
    int Rules,
    int PortRanges,
    ImmutableArray<OrphanInfo> Orphans,
    ImmutableArray<ForeignInfo> Foreign);

internal sealed record ChainInfo(string Scope, ImmutableArray<string> Features, uint LinkId, uint ProgramId, string Digest);

internal sealed record AlgorithmInfo(string Algorithm, bool Registered, uint MapId, string Digest);

internal sealed record OrphanInfo(string Path, string Reason);

internal sealed record ForeignInfo(string Scope, uint ProgramId, string Name, bool? RunsAfterOurs);

/// <summary>What <c>validate</c> found.</summary>
internal sealed record ValidationReport(bool Valid, string? Revision, int Files, ImmutableArray<string> Policies, ImmutableArray<PolicyError> Errors);

/// <summary>What <c>plan</c> would do, or <c>apply</c>, <c>gc</c> and <c>uninstall</c> did.</summary>
internal sealed record PlanReport(string Revision, ImmutableArray<ActionInfo> Actions, ImmutableArray<PolicyDecision> Policies);

internal sealed record ActionInfo(string Action, string Object, string Target, string Detail, string Why);

/// <summary>What <c>explain</c> shows.</summary>
internal sealed record ExplainReport(string? Revision, ImmutableArray<PolicyDecision> Policies);

internal sealed record FeatureInfo(
    string Name,
    string Summary,
    ImmutableArray<VariantInfo> Variants,
    ImmutableArray<ParameterInfo> Parameters);

/// <summary>A variant; <paramref name="Supported"/> is null when the host could not be asked.</summary>
internal sealed record VariantInfo(string Name, bool? Supported, ImmutableArray<string> Requires, ImmutableArray<string> Missing);

internal sealed record ParameterInfo(string Name, string Kind, string Minimum, string Maximum, bool Required, string Description);

internal sealed record FeaturesReport(ImmutableArray<FeatureInfo> Features, ImmutableArray<string> Problems);

internal sealed record VersionInfo(string Version, string Runtime, string Kernel);

/// <summary>How messages are written; generated, so that nothing is reflected over at start.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    WriteIndented = false,
    RespectNullableAnnotations = true,
    AllowDuplicateProperties = false,
    MaxDepth = 32)]
[JsonSerializable(typeof(ControlRequest))]
[JsonSerializable(typeof(ControlResponse))]
internal sealed partial class AgentJson : JsonSerializerContext;

/// <summary>How verbs write JSON: for people to read.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(StatusReport))]
[JsonSerializable(typeof(ValidationReport))]
[JsonSerializable(typeof(PlanReport))]
[JsonSerializable(typeof(ExplainReport))]
[JsonSerializable(typeof(FeaturesReport))]
[JsonSerializable(typeof(CapabilityReport))]
[JsonSerializable(typeof(VersionInfo))]
[JsonSerializable(typeof(NetEdit.Agent.Demo.DemoReport))]
internal sealed partial class OutputJson : JsonSerializerContext
{
    private static OutputJson? _readable;

    /// <summary>Writes quotes and angle brackets as they are: the output goes to people and tools, never into HTML.</summary>
    public static OutputJson Readable => _readable ??= new OutputJson(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
