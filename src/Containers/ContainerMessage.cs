using System.Text.Json.Serialization;

namespace NetEdit.Containers;

/// <summary>
/// What the process that asks a runtime tells the agent: a line of JSON. Exactly one of <see cref="Container"/>, <see cref="Gone"/>,
/// <see cref="Listed"/> and <see cref="Problem"/> is set; the other properties describe <see cref="Container"/>.
/// </summary>
public sealed record ContainerMessage
{
    /// <summary>Id of a container that exists.</summary>
    public string? Container { get; init; }

    /// <summary>Id of a container that no longer exists.</summary>
    public string? Gone { get; init; }

    /// <summary>Whether every container has been told since the last such message, or the start.</summary>
    public bool Listed { get; init; }

    /// <summary>Why the process ends: what failed, and what to do.</summary>
    public string? Problem { get; init; }

    /// <summary>Whether the problem is that the runtime does not offer the API at all.</summary>
    public bool IsNotOffered { get; init; }

    /// <summary>Name of the container.</summary>
    public string? Name { get; init; }

    /// <summary>The image as the runtime names it.</summary>
    public string? Image { get; init; }

    /// <summary>Digest of the image's manifest, if the runtime tells it.</summary>
    public string? Digest { get; init; }

    /// <summary>Namespace of the pod.</summary>
    public string? Namespace { get; init; }

    /// <summary>Name of the pod.</summary>
    public string? Pod { get; init; }

    /// <summary>UID of the pod.</summary>
    public string? PodUid { get; init; }

    /// <summary>Whether it is the sandbox of a pod, in which nothing runs.</summary>
    public bool IsSandbox { get; init; }

    /// <summary>Labels of the container and of its pod.</summary>
    public Dictionary<string, string>? Labels { get; init; }
}

/// <summary>How messages are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault
)]
[JsonSerializable(typeof(ContainerMessage))]
public sealed partial class ContainerMessageJson : JsonSerializerContext;
