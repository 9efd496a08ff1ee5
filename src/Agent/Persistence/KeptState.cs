using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace NetEdit.Agent.Persistence;

/// <summary>The last good policy set, as its files were.</summary>
/// <param name="Revision">Its revision.</param>
/// <param name="At">When it was first in force.</param>
/// <param name="Files">Its files.</param>
/// <param name="Labels">The labels of <c>host.yaml</c> it was decided with.</param>
internal sealed record KeptPolicies(
    string Revision,
    DateTimeOffset At,
    ImmutableArray<KeptFile> Files,
    ImmutableSortedDictionary<string, string> Labels
)
{
    /// <summary>The names of its policies, so that the kill switch knows them without reading a policy or loading a feature.</summary>
    public ImmutableArray<string> PolicyNames { get; init; } = [];

    /// <summary>The features that its policies name.</summary>
    public ImmutableArray<string> FeatureNames { get; init; } = [];
}

/// <summary>A policy file, verbatim.</summary>
/// <param name="Name">Its path.</param>
/// <param name="Text">Its content.</param>
internal sealed record KeptFile(string Name, string Text);

/// <summary>What the operator paused.</summary>
/// <param name="Targets">As the kernel keeps them: <c>everything</c>, <c>feature/NAME</c>, <c>policy/NAME</c>.</param>
internal sealed record KeptPauses(ImmutableArray<string> Targets);

/// <summary>What is not tried again.</summary>
/// <param name="Entries">The entries.</param>
internal sealed record KeptQuarantine(ImmutableArray<QuarantineEntry> Entries);

/// <summary>Why something is in quarantine.</summary>
internal enum QuarantineCause
{
    /// <summary>The kernel refused the program.</summary>
    Refused,

    /// <summary>The feature was repaired, or came and went, too often.</summary>
    Flapping,
}

/// <summary>Something that is not tried again until it, or the kernel, changes.</summary>
/// <param name="Cause">Why.</param>
/// <param name="Feature">The feature.</param>
/// <param name="Variant">The variant; empty for all of a feature that flaps.</param>
/// <param name="Digest">Digest of the refused object, or of the programs and policies of a feature that flaps.</param>
/// <param name="Kernel">Release and build of the kernel.</param>
/// <param name="Reason">What failed.</param>
/// <param name="At">When.</param>
/// <param name="History">What happened before, oldest first.</param>
internal sealed record QuarantineEntry(
    QuarantineCause Cause,
    string Feature,
    string Variant,
    string Digest,
    string Kernel,
    string Reason,
    DateTimeOffset At,
    ImmutableArray<QuarantineEvent> History
);

/// <summary>Something that happened to a feature.</summary>
internal sealed record QuarantineEvent(DateTimeOffset At, string What);

/// <summary>How the contents of state files are written; generated, so that nothing is reflected over at start.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 16
)]
[JsonSerializable(typeof(KeptPolicies))]
[JsonSerializable(typeof(KeptPauses))]
[JsonSerializable(typeof(KeptQuarantine))]
internal sealed partial class StateJson : JsonSerializerContext;
