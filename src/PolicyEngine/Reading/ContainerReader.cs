using System.Collections.Immutable;
using System.Text.RegularExpressions;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Reads <c>spec.scope.container</c>.</summary>
internal sealed partial class ContainerReader(FileErrors errors)
{
    private const string Path = "spec.scope.container";

    /// <summary>The start of an id with a star, or all of it.</summary>
    internal const string IdForm = "([0-9a-f]{1,63}[*]|[0-9a-f]{64})";

    /// <summary>The start of a pod's UID with a star, or all of it: of a pod of the API server, of a static pod (no hyphens), or an id of Podman.</summary>
    internal const string PodForm =
        "([0-9a-f-]{1,63}[*]|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}|[0-9a-f]{64})";

    /// <summary>A name, or the start of one with a star.</summary>
    internal const string NameForm = "[A-Za-z0-9_.-]{1,200}[*]?";

    /// <summary>Reads the labels. None of them is every container.</summary>
    public ContainerSelector Read(YamlMap map)
    {
        string[] known =
        [
            ContainerLabels.Runtime,
            ContainerLabels.Id,
            ContainerLabels.Pod,
            ContainerLabels.Qos,
            ContainerLabels.Name,
        ];
        var fields = new Fields(map, Path, known, errors);
        var labels = known
            .Select(label => (Name: label, Value: fields.Scalar(label)))
            .Where(label => label.Value is not null)
            .ToDictionary(label => label.Name, label => label.Value!, StringComparer.Ordinal);
        foreach (var (label, value) in labels)
        {
            if (Error(label, value.Text) is { } error)
            {
                errors.Add(value, $"{Path}.{label} {Printable.Quote(value.Text)} {error}");
            }
        }

        var runtime = labels.GetValueOrDefault(ContainerLabels.Runtime)?.Text ?? "";
        var hasId =
            labels.Keys.Any(label => label is ContainerLabels.Id or ContainerLabels.Pod or ContainerLabels.Qos)
            || ContainerLabels.RuntimesWithIds.Contains(runtime);
        if (hasId && (labels.ContainsKey(ContainerLabels.Name) || ContainerLabels.RuntimesWithNames.Contains(runtime)))
        {
            errors.Add(
                map,
                $"{Path} matches no container: only the paths of lxc and nspawn containers contain a "
                    + $"name, and only the paths of other runtimes contain id, pod and qos"
            );
        }

        return new ContainerSelector(
            labels.ToImmutableSortedDictionary(label => label.Key, label => label.Value.Text, StringComparer.Ordinal)
        );
    }

    private static string? Error(string label, string value) =>
        label switch
        {
            ContainerLabels.Runtime => OneOf(value, ContainerLabels.Runtimes),
            ContainerLabels.Qos => OneOf(value, ContainerLabels.QosClasses),
            ContainerLabels.Id when IdPattern().IsMatch(value) => null,
            ContainerLabels.Id => StartPattern().IsMatch(value)
                ? $"is the start of an id; write \"{value}*\""
                : "is not a valid container id; write 64 hexadecimal digits, or the first of them and a "
                    + "*; container names are not in the path",
            ContainerLabels.Pod when PodPattern().IsMatch(value) => null,
            ContainerLabels.Pod => StartPattern().IsMatch(value.Replace("-", "", StringComparison.Ordinal))
                ? $"is the start of a UID; write \"{value}*\""
                : "is not a valid pod UID; write metadata.uid, or the start of it and a *; pod names are "
                    + "not in the path",
            _ => NamePattern().IsMatch(value)
                ? null
                : "is not a valid container name; use at most 200 letters, digits, hyphens, dots and "
                    + "underscores, with * at the end for all names that begin so",
        };

    private static string? OneOf(string value, ImmutableArray<string> words) =>
        words.Contains(value) ? null : $"must be one of {string.Join(", ", words)}{Suggestion.For(value, words)}";

    [GeneratedRegex(
        "^" + IdForm + "\\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex IdPattern();

    [GeneratedRegex(
        "^" + PodForm + "\\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex PodPattern();

    [GeneratedRegex(
        "^" + NameForm + "\\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex NamePattern();

    [GeneratedRegex(
        "^[0-9a-f]{1,63}\\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex StartPattern();
}
