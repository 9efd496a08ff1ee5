using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Reads <c>spec.scope.container.expressions</c>.</summary>
internal sealed class ContainerExpressionReader(FileErrors errors, ContainerReader attributes)
    : LabelExpressionReader(errors, Path)
{
    private const string Path = "spec.scope.container.expressions";

    private readonly FileErrors _errors = errors;

    /// <inheritdoc/>
    protected override void CheckKey(YamlScalar key)
    {
        if (key.Text.StartsWith(ContainerLabels.LabelPrefix, StringComparison.Ordinal))
        {
            LabelReader.CheckKey(key with { Text = key.Text[ContainerLabels.LabelPrefix.Length..] }, _errors);
        }
        else if (!ContainerLabels.Attributes.Contains(key.Text))
        {
            var meant = Suggestion.For(key.Text, ContainerLabels.Attributes);
            _errors.Add(
                key,
                $"unknown key {Printable.Quote(key.Text)} in {Path}"
                    + (
                        meant.Length > 0
                            ? meant
                            : $"; keys are {string.Join(", ", ContainerLabels.Attributes)}, and "
                                + $"{ContainerLabels.LabelPrefix} before the key of a label"
                    )
            );
        }
    }

    /// <inheritdoc/>
    protected override void CheckValue(string key, YamlScalar value)
    {
        if (ContainerLabels.Attributes.Contains(key))
        {
            attributes.Check(key, value, $"{Path}: {key}");
        }
    }
}
