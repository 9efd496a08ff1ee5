using System.Collections.Immutable;

namespace NetEdit.Model;

/// <summary>What a runtime reports about a container.</summary>
/// <param name="Runtime">The runtime, one of <see cref="ContainerLabels.RuntimesWithIds"/>.</param>
/// <param name="Labels">Labels of the container and of its pod.</param>
public sealed record ReportedContainer(string Runtime, ImmutableSortedDictionary<string, string> Labels)
{
    /// <summary>The name of the container; null if it has none.</summary>
    public string? Name { get; init; }

    /// <summary>The image from which it was created; null if only its id is known.</summary>
    public ImageName? Image { get; init; }

    /// <summary>The namespace of its pod; null if it is in none.</summary>
    public string? Namespace { get; init; }

    /// <summary>The name of its pod; null if it is in none.</summary>
    public string? Pod { get; init; }

    /// <summary>The UID of its pod; null if it is in none.</summary>
    public string? PodUid { get; init; }

    /// <summary>Whether it only holds the namespaces of a pod, and runs nothing (the pause container).</summary>
    public bool IsSandbox { get; init; }
}

/// <summary>What is known about a container.</summary>
/// <param name="Path">What the path of its cgroup shows, by <see cref="ContainerLabels.PathAttributes"/>.</param>
/// <param name="Reported">What its runtime reports; null means that nothing is known.</param>
public sealed record ContainerFacts(ImmutableSortedDictionary<string, string> Path, ReportedContainer? Reported)
{
    /// <summary>
    /// Whether all is known about it: its runtime has reported it, or it belongs to a runtime of which only paths are
    /// known.
    /// </summary>
    public bool IsComplete => Reported is not null || !Path.ContainsKey(ContainerLabels.Id);

    /// <summary>Returns whether a value of this key is a text or matches it; null if that is not known.</summary>
    /// <param name="key">One of <see cref="ContainerLabels.Attributes"/>, or the key of a label with its prefix.</param>
    /// <param name="pattern">The text, which may end in <c>*</c>.</param>
    public bool? Has(string key, string pattern) =>
        key == ContainerLabels.Image
            ? Known(Reported?.Image?.Matches(pattern) == true, key)
            : Known(
                Values(key).Any(value => NamePattern.Matches(pattern, value)),
                key,
                isInPath: key == ContainerLabels.Pod && ContainerLabels.IsPodId(pattern)
            );

    /// <summary>Returns whether this key has a value; null if that is not known.</summary>
    /// <param name="key">As for the other overload.</param>
    public bool? Has(string key) => Known(Values(key).Any(), key);

    private bool? Known(bool found, string key, bool isInPath = false) =>
        found ? true
        : isInPath || IsComplete || key is ContainerLabels.Id or ContainerLabels.Qos ? false
        : key == ContainerLabels.Runtime && Path.ContainsKey(key) ? false
        : null;

    private IEnumerable<string> Values(string key)
    {
        var reported = key switch
        {
            ContainerLabels.Runtime => Reported?.Runtime,
            ContainerLabels.Name => Reported?.Name,
            ContainerLabels.Image => Reported?.Image?.ToString(),
            ContainerLabels.Namespace => Reported?.Namespace,
            ContainerLabels.Pod => Reported?.Pod,
            _ when key.StartsWith(ContainerLabels.LabelPrefix, StringComparison.Ordinal) =>
                Reported?.Labels.GetValueOrDefault(key[ContainerLabels.LabelPrefix.Length..]),
            _ => null,
        };
        return new[]
        {
            Path.GetValueOrDefault(key),
            reported,
            key == ContainerLabels.Pod ? Reported?.PodUid : null,
        }.OfType<string>();
    }
}
