using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Reads <c>spec.hosts</c>.</summary>
internal sealed class HostSelectorReader(FileErrors errors)
{
    private static readonly string[] Operators = Enum.GetNames<LabelOperator>();

    /// <summary>Reads the selector.</summary>
    public HostSelector Read(YamlMap map)
    {
        var fields = new Fields(map, "spec.hosts", ["labels", "expressions", "kernel"], errors);
        return new HostSelector(
            fields.Map("labels") is { } labels
                ? LabelReader.Read(labels, errors)
                : ImmutableSortedDictionary<string, string>.Empty,
            fields.List("expressions") is { } expressions
                ? [.. expressions.Items.Select(ReadExpression).OfType<LabelExpression>()]
                : [],
            fields.Scalar("kernel") is { } kernel ? ReadKernel(kernel) : null
        );
    }

    private LabelExpression? ReadExpression(YamlNode node)
    {
        if (node is not YamlMap map)
        {
            errors.Add(node, "an expression must be a mapping with key, operator and values");
            return null;
        }

        var fields = new Fields(map, "spec.hosts.expressions", ["key", "operator", "values"], errors);
        var key = fields.Scalar("key", required: true);
        if (key is not null)
        {
            LabelReader.CheckKey(key, errors);
        }

        var operation = fields.Scalar("operator", required: true);
        var values = fields.List("values");
        if (operation is null)
        {
            return null;
        }

        if (!Operators.Contains(operation.Text, StringComparer.Ordinal))
        {
            errors.Add(
                operation,
                $"unknown operator {Printable.Quote(operation.Text)}; operators are "
                    + $"{string.Join(", ", Operators)}{Suggestion.For(operation.Text, Operators)}"
            );
            return null;
        }

        var parsed = Enum.Parse<LabelOperator>(operation.Text);
        var needsValues = parsed is LabelOperator.In or LabelOperator.NotIn;
        if (needsValues != values is { Items.Count: > 0 })
        {
            errors.Add(
                (YamlNode?)values ?? map,
                needsValues
                    ? $"operator {parsed} needs at least one entry in values"
                    : $"operator {parsed} takes no values"
            );
        }

        return key is null ? null : new LabelExpression(key.Text, parsed, ReadValues(values));
    }

    private ImmutableArray<string> ReadValues(YamlList? values) =>
        values is null ? [] : [.. values.Items.Select(value => LabelReader.ReadValue(value, errors)).OfType<string>()];

    private KernelRange? ReadKernel(YamlScalar scalar)
    {
        if (KernelRanges.TryParse(scalar.Text, out var range, out var error))
        {
            return range;
        }

        errors.Add(scalar, $"spec.hosts.kernel {Printable.Quote(scalar.Text)} {error}");
        return null;
    }
}
