using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Reads <c>spec.hosts</c>.</summary>
internal sealed class HostSelectorReader(FileErrors errors)
{
    /// <summary>Reads the selector.</summary>
    public HostSelector Read(YamlMap map)
    {
        var fields = new Fields(map, "spec.hosts", ["labels", "expressions", "kernel"], errors);
        return new HostSelector(
            fields.Map("labels") is { } labels
                ? LabelReader.Read(labels, errors)
                : ImmutableSortedDictionary<string, string>.Empty,
            fields.List("expressions") is { } expressions
                ? new LabelExpressionReader(errors, "spec.hosts.expressions").Read(expressions)
                : [],
            fields.Scalar("kernel") is { } kernel ? ReadKernel(kernel) : null
        );
    }

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
