using System.Collections.Immutable;

namespace NetEdit.Agent.Cli.Output;

/// <summary>A line of a list.</summary>
/// <param name="Name">What <c>-o name</c> prints; tells the item from the others of the list.</param>
/// <param name="Paint">The colour.</param>
/// <param name="Cells">The cells.</param>
internal sealed record ListRow(string Name, Paint? Paint, params string[] Cells)
{
    /// <summary>The rows to print after a change: those that are new or differ, and those that are gone, which say so.</summary>
    public static ImmutableArray<ListRow> Changes(ImmutableArray<ListRow> before, ImmutableArray<ListRow> now)
    {
        var known = before.ToLookup(row => row.Name, StringComparer.Ordinal);
        var left = now.Select(row => row.Name).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. now.Where(row => !known[row.Name].Any(row.Equals)),
            .. before
                .Where(row => !left.Contains(row.Name))
                .Select(row => new ListRow(row.Name, Paint.Faint, row.Name, "gone")),
        ];
    }

    public bool Equals(ListRow? other) =>
        other is not null
        && string.Equals(Name, other.Name, StringComparison.Ordinal)
        && Cells.SequenceEqual(other.Cells, StringComparer.Ordinal);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Name);
}
