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

    /// <summary>A pod's name or UID, or the start of one of them with a star.</summary>
    internal const string PodForm = "[A-Za-z0-9_.-]{1,253}[*]?";

    /// <summary>A namespace of Kubernetes, or the start of one with a star.</summary>
    internal const string NamespaceForm = "([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?|[a-z0-9][a-z0-9-]{0,61}[*])";

    /// <summary>An image as Docker accepts it, with or without registry, tag and digest, or the start of one with a star.</summary>
    internal const string ImageForm =
        "("
        + "([A-Za-z0-9.-]+(:[0-9]+)?/)?[a-z0-9]+([._/-]+[a-z0-9]+)*"
        + "(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?"
        + "|[A-Za-z0-9][A-Za-z0-9._:/@-]{0,400}[*]"
        + ")";

    private const int LongestImage = 512;

    /// <summary>A name, or the start of one with a star.</summary>
    internal const string NameForm = "[A-Za-z0-9_.-]{1,200}[*]?";

    /// <summary>Reads the selector. An empty one selects every container.</summary>
    public ContainerSelector Read(YamlMap map)
    {
        var fields = new Fields(
            map,
            Path,
            [.. ContainerLabels.Attributes, ContainerLabels.Labels, ContainerLabels.Expressions],
            errors
        );
        var attributes = ContainerLabels
            .Attributes.Select(name => (Name: name, Value: fields.Scalar(name)))
            .Where(attribute => attribute.Value is not null)
            .ToDictionary(attribute => attribute.Name, attribute => attribute.Value!, StringComparer.Ordinal);
        foreach (var (name, value) in attributes)
        {
            Check(name, value, $"{Path}.{name}");
        }

        var selector = new ContainerSelector(
            attributes.ToImmutableSortedDictionary(
                attribute => attribute.Key,
                attribute => attribute.Value.Text,
                StringComparer.Ordinal
            )
        )
        {
            Labels = fields.Map(ContainerLabels.Labels) is { } labels
                ? LabelReader.Read(labels, errors)
                : ImmutableSortedDictionary<string, string>.Empty,
            Expressions = fields.List(ContainerLabels.Expressions) is { } expressions
                ? new ContainerExpressionReader(errors, this).Read(expressions)
                : [],
        };
        if (Impossible(selector) is { } key)
        {
            errors.Add(
                map,
                $"{Path} matches no container: containers of {selector.Attributes[ContainerLabels.Runtime]} "
                    + $"have a name, and no {key}"
            );
        }

        return selector;
    }

    /// <summary>Reports a value that is not valid for its key.</summary>
    /// <param name="name">One of <see cref="ContainerLabels.Attributes"/>.</param>
    /// <param name="value">The value.</param>
    /// <param name="path">Where it is, for messages.</param>
    public void Check(string name, YamlScalar value, string path)
    {
        if (Error(name, value.Text) is { } error)
        {
            errors.Add(value, $"{path} {Printable.Quote(value.Text)} {error}");
        }
    }

    private static string? Impossible(ContainerSelector selector) =>
        ContainerLabels.RuntimesWithNames.Contains(selector.Attributes.GetValueOrDefault(ContainerLabels.Runtime, ""))
            ? selector.Attributes.Keys.FirstOrDefault(key =>
                key is not (ContainerLabels.Runtime or ContainerLabels.Name)
            ) ?? (selector.Labels.IsEmpty ? null : ContainerLabels.Labels)
            : null;

    private static string? Error(string name, string value) =>
        name switch
        {
            ContainerLabels.Runtime => OneOf(value, ContainerLabels.Runtimes),
            ContainerLabels.Qos => OneOf(value, ContainerLabels.QosClasses),
            ContainerLabels.Id when IdPattern().IsMatch(value) => null,
            ContainerLabels.Id => StartPattern().IsMatch(value)
                ? $"is the start of an id; write \"{value}*\""
                : "is not a valid container id; write 64 hexadecimal digits, or the first of them and a *; "
                    + "if it is a name, write name: instead of id:",
            ContainerLabels.Image when IsImage(value) => null,
            ContainerLabels.Image => "is not a valid image; write it as in nginx, nginx:1.25 or "
                + "registry.example/team/web@sha256:…, with * at the end for all images that begin so"
                + (IsImage(value.ToLowerInvariant()) ? $"; did you mean '{value.ToLowerInvariant()}'?" : ""),
            ContainerLabels.Namespace when NamespacePattern().IsMatch(value) => null,
            ContainerLabels.Namespace =>
                "is not a valid namespace; use at most 63 lower case letters, digits and inner "
                    + "hyphens, with * at the end for all namespaces that begin so",
            ContainerLabels.Pod when PodPattern().IsMatch(value) => null,
            ContainerLabels.Pod => "is not a valid pod; write its name or its UID, or the start of it and a *",
            _ => NamePattern().IsMatch(value)
                ? null
                : "is not a valid container name; use at most 200 letters, digits, hyphens, dots and "
                    + "underscores, with * at the end for all names that begin so",
        };

    private static bool IsImage(string value) => value.Length <= LongestImage && ImagePattern().IsMatch(value);

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

    [GeneratedRegex(
        "^" + ImageForm + "\\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex ImagePattern();

    [GeneratedRegex(
        "^" + NamespaceForm + "\\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex NamespacePattern();
}
