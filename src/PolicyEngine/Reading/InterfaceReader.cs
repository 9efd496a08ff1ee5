using System.Collections.Immutable;
using System.Text.RegularExpressions;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Reads names of interfaces.</summary>
internal static partial class InterfaceReader
{
    /// <summary>The form of a name, which may end in <c>*</c>.</summary>
    public const string Form = "^[!-)+-.0-9;-~]{0,14}[!-.0-9;-~]";

    /// <summary>Reads a list. An empty one could mean none or all, so it is an error.</summary>
    /// <param name="list">The list.</param>
    /// <param name="otherwise">What leaving the key out means.</param>
    /// <param name="errors">Takes what is wrong.</param>
    public static ImmutableArray<string> Read(YamlList list, string otherwise, FileErrors errors)
    {
        if (list.Items.Count is 0 or > PolicyLimits.Interfaces)
        {
            errors.Add(
                list,
                list.Items.Count == 0
                    ? $"interfaces is an empty list; name at least one interface, or leave the key out for {otherwise}"
                    : $"interfaces has more than {PolicyLimits.Interfaces} names; use * at the end of a "
                        + $"name to cover several"
            );
        }

        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var item in list.Items)
        {
            if (item is not YamlScalar name || !Pattern().IsMatch(name.Text))
            {
                errors.Add(
                    item,
                    item is YamlScalar scalar
                        ? $"{Printable.Quote(scalar.Text)} is not a valid interface name; use 1 to "
                            + $"{PolicyLimits.InterfaceNameLength} characters without blanks, slashes and "
                            + $"colons, with * at the end for all names that begin so"
                        : "an interface must be a single value"
                );
            }
            else if (!names.Add(name.Text))
            {
                errors.Add(item, $"interface {Printable.Quote(name.Text)} is repeated");
            }
        }

        return [.. names];
    }

    [GeneratedRegex(
        Form + "\\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex Pattern();
}
