using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Reads lists of label expressions.</summary>
/// <param name="errors">Takes the errors.</param>
/// <param name="path">Path of the list, for messages.</param>
internal class LabelExpressionReader(FileErrors errors, string path)
{
    private static readonly string[] Operators = Enum.GetNames<LabelOperator>();

    /// <summary>Reads the list; what is wrong with it is reported.</summary>
    public ImmutableArray<LabelExpression> Read(YamlList list) =>
        [.. list.Items.Select(ReadExpression).OfType<LabelExpression>()];

    /// <summary>Reports a key that is not valid.</summary>
    protected virtual void CheckKey(YamlScalar key) => LabelReader.CheckKey(key, errors);

    /// <summary>Reports a value that is not valid for its key.</summary>
    protected virtual void CheckValue(string key, YamlScalar value) { }

    private LabelExpression? ReadExpression(YamlNode node)
    {
        if (node is not YamlMap map)
        {
            errors.Add(node, "an expression must be a mapping with key, operator and values");
            return null;
        }

        var fields = new Fields(map, path, ["key", "operator", "values"], errors);
        var key = fields.Scalar("key", required: true);
        if (key is not null)
        {
            CheckKey(key);
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

        return key is null ? null : new LabelExpression(key.Text, parsed, ReadValues(key.Text, values));
    }

    private ImmutableArray<string> ReadValues(string key, YamlList? values)
    {
        var texts = ImmutableArray.CreateBuilder<string>();
        foreach (var value in values?.Items ?? [])
        {
            if (LabelReader.ReadValue(value, errors) is { } text)
            {
                texts.Add(text);
                CheckValue(key, (YamlScalar)value);
            }
        }

        return texts.ToImmutable();
    }
}
