using System.Collections.Immutable;

namespace NetEdit.Model;

/// <summary>Selects containers. All conditions must hold.</summary>
/// <param name="Attributes">
/// Keys of <see cref="ContainerLabels.Attributes"/> with their values. A value that ends in <c>*</c> matches all values
/// that begin so.
/// </param>
public sealed record ContainerSelector(ImmutableSortedDictionary<string, string> Attributes)
{
    /// <summary>Labels of the container with their values. A <c>*</c> at the end means the same as above.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>
    /// Expressions about attributes, and about labels (whose keys begin with <see cref="ContainerLabels.LabelPrefix"/>).
    /// </summary>
    public ImmutableArray<LabelExpression> Expressions { get; init; } = [];

    /// <summary>Whether every container is selected.</summary>
    public bool SelectsAll => Attributes.IsEmpty && Labels.IsEmpty && Expressions.IsEmpty;

    /// <summary>Whether only the runtimes of the containers, and not the paths of cgroups, can tell all that this asks for.</summary>
    public bool NeedsNames
    {
        get
        {
            var isOfPaths =
                Attributes.TryGetValue(ContainerLabels.Runtime, out var runtime)
                && ContainerLabels.RuntimesWithNames.Contains(runtime);
            return !isOfPaths
                && (
                    !Labels.IsEmpty
                    || Attributes.Any(attribute => IsReported(attribute.Key, [attribute.Value]))
                    || Expressions.Any(expression => IsReported(expression.Key, expression.Values))
                );
        }
    }

    /// <summary>Returns whether a container is selected; null if too little is known about it.</summary>
    public bool? Selects(ContainerFacts container)
    {
        bool? selected = true;
        foreach (var holds in Conditions(container))
        {
            if (holds == false)
            {
                return false;
            }

            selected &= holds;
        }

        return selected;
    }

    /// <summary>Returns the selector as a policy writes it.</summary>
    public override string ToString()
    {
        IEnumerable<string> entries =
        [
            .. Attributes.Select(attribute => $"{attribute.Key}: {YamlText.Quote(attribute.Value)}"),
            .. Labels.IsEmpty ? [] : (string[])[$"{ContainerLabels.Labels}: {Text(Labels)}"],
            .. Expressions.IsEmpty
                ? []
                : (string[])[$"{ContainerLabels.Expressions}: [{string.Join(", ", Expressions.Select(Text))}]"],
        ];
        return SelectsAll ? "{}" : $"{{ {string.Join(", ", entries)} }}";
    }

    private IEnumerable<bool?> Conditions(ContainerFacts container) =>
        Attributes
            .Select(attribute => container.Has(attribute.Key, attribute.Value))
            .Concat(Labels.Select(label => container.Has(ContainerLabels.LabelPrefix + label.Key, label.Value)))
            .Concat(
                Expressions.Select(expression =>
                    expression.Holds(
                        container.Has(expression.Key),
                        values => HasOneOf(container, expression.Key, values)
                    )
                )
            );

    private static bool? HasOneOf(ContainerFacts container, string key, ImmutableArray<string> values)
    {
        bool? found = false;
        foreach (var value in values)
        {
            found |= container.Has(key, value);
        }

        return found;
    }

    private static bool IsReported(string key, ImmutableArray<string> values) =>
        key switch
        {
            ContainerLabels.Id or ContainerLabels.Qos or ContainerLabels.Runtime => false,
            ContainerLabels.Pod => values.IsEmpty || !values.All(ContainerLabels.IsPodId),
            _ => true,
        };

    private static string Text(ImmutableSortedDictionary<string, string> labels) =>
        "{ "
        + string.Join(", ", labels.Select(label => $"{YamlText.Quote(label.Key)}: {YamlText.Quote(label.Value)}"))
        + " }";

    private static string Text(LabelExpression expression)
    {
        var values = expression.Values.IsEmpty
            ? ""
            : $", values: [{string.Join(", ", expression.Values.Select(YamlText.Quote))}]";
        return $"{{ key: {YamlText.Quote(expression.Key)}, operator: {expression.Operator}{values} }}";
    }
}
