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
[JsonSerializable(typeof(NetEdit.Agent.Cli.Top.TopReport))]
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
[JsonSerializable(typeof(DiffReport))]
[JsonSerializable(typeof(AuditReport))]
[JsonSerializable(typeof(ConnectionsReport))]
[JsonSerializable(typeof(FeaturesReport))]
[JsonSerializable(typeof(FeatureDescription))]
[JsonSerializable(typeof(ScopesReport))]
[JsonSerializable(typeof(CapabilityReport))]
[JsonSerializable(typeof(VersionInfo))]
[JsonSerializable(typeof(NetEdit.Agent.Doctor.DoctorReport))]
[JsonSerializable(typeof(NetEdit.Agent.Settings.SettingsReport))]
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
