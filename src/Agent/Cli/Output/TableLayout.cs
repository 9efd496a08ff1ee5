namespace NetEdit.Agent.Cli.Output;

/// <summary>Where the columns of a table are, for a width of the terminal. Pure.</summary>
/// <param name="Widths">Width of each column; those of <see cref="Below"/> count nothing.</param>
/// <param name="Below">Columns that stand below each row, in their order.</param>
/// <param name="Wrapped">The column whose cells continue on the next line at its own start; null when none does.</param>
internal sealed record TableLayout(int[] Widths, int[] Below, int? Wrapped)
{
    /// <summary>Blanks between columns.</summary>
    public const int Gap = 2;

    private const int LeastPath = 20;
    private const int LeastKey = 10;
    private const int LeastWrapped = 30;

    /// <summary>Fits a table into a width.</summary>
    /// <param name="columns">Its columns.</param>
    /// <param name="natural">Width of the widest cell of each column, with the heading.</param>
    /// <param name="room">Columns of the terminal that the table may use; null for no limit.</param>
    public static TableLayout Of(TableColumn[] columns, int[] natural, int? room)
    {
        if (room is not { } width || Total(natural, []) <= width)
        {
            return new TableLayout(natural, [], null);
        }

        var isList = Array.TrueForAll(columns, column => column.Heading.Length == 0);
        int[] details = isList
            ? [columns.Length - 1]
            : [.. Enumerable.Range(0, columns.Length).Where(index => columns[index].Kind == ColumnKind.Detail)];
        for (var kept = details.Length; kept >= 0; kept--)
        {
            var below = details[kept..];
            var shrunk = Shrink(columns, natural, below, width, ColumnKind.Path, LeastPath);
            if (Total(shrunk, below) <= width)
            {
                return new TableLayout(shrunk, below, null);
            }

            if (kept == details.Length && kept > 0 && details[^1] == columns.Length - 1)
            {
                var last = details[^1];
                var others = isList
                    ? Shrink(columns, natural, [last], width - LeastWrapped - Gap, ColumnKind.Path, LeastPath)
                    : natural;
                var rest = width - Total(others, [last]) - Gap;
                if (rest >= LeastWrapped)
                {
                    var widths = (int[])others.Clone();
                    widths[last] = rest;
                    return new TableLayout(widths, [], last);
                }
            }
        }

        var paths = Shrink(columns, natural, details, width, ColumnKind.Path, LeastPath);
        return new TableLayout(Shrink(columns, paths, details, width, ColumnKind.Key, LeastKey), details, null);
    }

    /// <summary>Takes from the widest column of a kind, but not from the first of the table, until all fit.</summary>
    private static int[] Shrink(
        TableColumn[] columns,
        int[] natural,
        int[] without,
        int width,
        ColumnKind kind,
        int least
    )
    {
        var widths = (int[])natural.Clone();
        while (Total(widths, without) > width)
        {
            var widest = Enumerable
                .Range(kind == ColumnKind.Key ? 1 : 0, columns.Length - (kind == ColumnKind.Key ? 1 : 0))
                .Where(index => columns[index].Kind == kind && !without.Contains(index) && widths[index] > least)
                .Select(index => (int?)index)
                .MaxBy(index => widths[index!.Value]);
            if (widest is not { } chosen)
            {
                break;
            }

            widths[chosen]--;
        }

        return widths;
    }

    private static int Total(int[] widths, int[] without) =>
        widths.Where((_, index) => !without.Contains(index)).Sum()
        + (Math.Max(0, widths.Length - without.Length - 1) * Gap);
}
