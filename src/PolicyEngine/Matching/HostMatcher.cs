using NetEdit.Host;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Says whether a host is selected.</summary>
internal static class HostMatcher
{
    /// <summary>Why the host is not selected: the first condition that does not hold. Null when it is selected.</summary>
    public static Reason? Mismatch(HostSelector selector, HostFacts host)
    {
        foreach (var (key, value) in selector.Labels)
        {
            if (
                !host.Labels.TryGetValue(key, out var actual) || !string.Equals(actual, value, StringComparison.Ordinal)
            )
            {
                return new Reason(
                    ReasonCodes.HostLabels,
                    $"needs host label {key}={value}; this host has {Describe(key, host)}"
                );
            }
        }

        foreach (var expression in selector.Expressions)
        {
            if (!Holds(expression, host))
            {
                return new Reason(
                    ReasonCodes.HostExpression,
                    $"needs {Describe(expression)}; this host has {Describe(expression.Key, host)}"
                );
            }
        }

        return selector.Kernel is { } range && !Holds(range, host.KernelRelease)
            ? new Reason(ReasonCodes.HostKernel, $"needs a kernel {range.Text}; this host has {host.KernelRelease}")
            : null;
    }

    private static bool Holds(LabelExpression expression, HostFacts host)
    {
        var exists = host.Labels.TryGetValue(expression.Key, out var value);
        return expression.Holds(exists, values => exists && values.Contains(value!, StringComparer.Ordinal)) == true;
    }

    private static bool Holds(KernelRange range, string release) =>
        KernelVersion.TryParse(release, out var version) && range.Bounds.All(bound => Holds(bound, version));

    private static bool Holds(KernelBound bound, KernelVersion version)
    {
        var order = Truncate(version, bound.Parts).CompareTo(Truncate(bound.Version, bound.Parts));
        return bound.Comparison switch
        {
            ">=" => order >= 0,
            ">" => order > 0,
            "<=" => order <= 0,
            "<" => order < 0,
            _ => order == 0,
        };
    }

    private static KernelVersion Truncate(KernelVersion version, int parts) =>
        new(version.Major, parts > 1 ? version.Minor : 0, parts > 2 ? version.Patch : 0);

    private static string Describe(string key, HostFacts host) =>
        host.Labels.TryGetValue(key, out var value) ? $"{key}={value}" : $"no label {key}";

    private static string Describe(LabelExpression expression) =>
        expression.Operator switch
        {
            LabelOperator.In => $"host label {expression.Key} in {string.Join(", ", expression.Values)}",
            LabelOperator.NotIn => $"host label {expression.Key} not in {string.Join(", ", expression.Values)}",
            LabelOperator.Exists => $"a host label {expression.Key}",
            _ => $"no host label {expression.Key}",
        };
}
