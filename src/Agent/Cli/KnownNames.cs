using System.Collections.Immutable;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Cli;

/// <summary>Finds what a user names.</summary>
internal static class KnownNames
{
    /// <summary>The items with these names, in their own order; all items when no name is given.</summary>
    /// <param name="kind">What the items are, for the message: <c>policy</c>.</param>
    /// <param name="names">What the user wrote.</param>
    /// <param name="items">The items.</param>
    /// <param name="nameOf">The name of an item.</param>
    /// <param name="mayBeGone">Whether a name without an item is no error.</param>
    /// <exception cref="CliException">No item has one of the names.</exception>
    public static ImmutableArray<T> Select<T>(
        string kind,
        IReadOnlyList<string> names,
        ImmutableArray<T> items,
        Func<T, string> nameOf,
        bool mayBeGone = false
    )
    {
        var known = items.Select(nameOf).ToHashSet(StringComparer.Ordinal);
        if (!mayBeGone && names.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
        {
            var nearest = Suggestion.Nearest(unknown, known);
            throw new CliException(
                ExitCode.Failed,
                $"no {kind} is named '{unknown}'{(nearest is null ? "" : $"; did you mean '{nearest}'?")}"
            );
        }

        return names.Count == 0
            ? items
            : [.. items.Where(item => names.Contains(nameOf(item), StringComparer.Ordinal))];
    }
}
