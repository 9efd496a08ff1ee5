using System.Text;
using NetEdit.Model;

namespace NetEdit.Agent.Cli.Output;

/// <summary>
/// Columns that line up, without boxes; the last one is as long as it is. A column without a word in any row is left out. On a terminal
/// that is too narrow, paths are shortened in the middle, and details wrap or stand below their row (<see cref="TableLayout"/>).
/// </summary>
internal sealed class Table(params TableColumn[] columns)
{
    private const string DetailIndent = "    ";

    private readonly List<(string[] Cells, Paint? Paint)> _rows = [];

    /// <summary>Whether there are no rows.</summary>
    public bool IsEmpty => _rows.Count == 0;

    /// <summary>Whether the headings are written.</summary>
    public bool HasHeadings { get; init; } = true;

    /// <summary>Whether it is as wide as it is, also on a narrow terminal.</summary>
    public bool IsWide { get; init; }

    /// <summary>Adds a row.</summary>
    public void Add(params string[] cells) => _rows.Add((cells, null));

    /// <summary>Adds a row in a colour.</summary>
    public void Add(Paint? paint, params string[] cells) => _rows.Add((cells, paint));

    /// <summary>Writes headings and rows; nothing when there are no rows.</summary>
    public void Write(TextWriter output, bool color, string indent = "")
    {
        if (IsEmpty)
        {
            return;
        }

        int[] used =
        [
            .. Enumerable
                .Range(0, columns.Length)
                .Where(column => _rows.Exists(row => column < row.Cells.Length && row.Cells[column].Length > 0)),
        ];
        if (used.Length > 0 && used.Length < columns.Length)
        {
            Only(used).Write(output, color, indent);
            return;
        }

        List<(string[] Cells, Paint? Paint)> rows =
        [
            .. _rows.Select(row => ((string[])[.. row.Cells.Select(Printable.Line)], row.Paint)),
        ];
        int[] natural =
        [
            .. columns.Select(
                (column, index) =>
                    Math.Max(
                        CellText.Width(column.Heading),
                        rows.Max(row => index < row.Cells.Length ? CellText.Width(row.Cells[index]) : 0)
                    )
            ),
        ];
        var width = IsWide ? null : (output as TerminalWriter)?.Width;
        var layout = TableLayout.Of(columns, natural, width - indent.Length);
        if (HasHeadings && Array.Exists(columns, column => column.Heading.Length > 0))
        {
            string[] headings = [.. columns.Select(column => column.Heading)];
            WriteRow(output, indent, headings, layout, color ? Paint.Faint : null);
        }

        foreach (var (cells, paint) in rows)
        {
            WriteRow(output, indent, cells, layout, color ? paint : null);
            WriteBelow(output, indent, cells, layout, width);
        }
    }

    private Table Only(int[] used)
    {
        var table = new Table([.. used.Select(column => columns[column])])
        {
            HasHeadings = HasHeadings,
            IsWide = IsWide,
        };
        foreach (var (cells, paint) in _rows)
        {
            table.Add(paint, [.. used.Where(column => column < cells.Length).Select(column => cells[column])]);
        }

        return table;
    }

    private static void WriteRow(TextWriter output, string indent, string[] cells, TableLayout layout, Paint? paint)
    {
        var line = new StringBuilder(indent);
        string[] more = [];
        var start = 0;
        var last = Enumerable.Range(0, cells.Length).LastOrDefault(index => !layout.Below.Contains(index));
        for (var column = 0; column <= last; column++)
        {
            if (layout.Below.Contains(column))
            {
                continue;
            }

            var cell = cells[column];
            if (column == layout.Wrapped)
            {
                start = CellText.Width(line.ToString());
                string[] parts = [.. CellText.Wrap(cell, layout.Widths[column])];
                (cell, more) = (parts[0], parts[1..]);
            }
            else
            {
                cell = CellText.Shorten(cell, layout.Widths[column]);
            }

            line.Append(cell);
            if (column < last)
            {
                line.Append(' ', layout.Widths[column] - CellText.Width(cell) + TableLayout.Gap);
            }
        }

        WriteLine(output, paint, line.ToString());
        foreach (var part in more)
        {
            WriteLine(output, paint, new string(' ', start) + part);
        }
    }

    private void WriteBelow(TextWriter output, string indent, string[] cells, TableLayout layout, int? width)
    {
        foreach (var column in layout.Below.Where(column => column < cells.Length && cells[column].Length > 0))
        {
            var heading = columns[column].Heading.ToLowerInvariant();
            var room = (width ?? int.MaxValue) - indent.Length - DetailIndent.Length;
            foreach (
                var part in CellText.Wrap(heading.Length > 0 ? $"{heading}: {cells[column]}" : cells[column], room)
            )
            {
                WriteLine(output, null, indent + DetailIndent + part);
            }
        }
    }

    private static void WriteLine(TextWriter output, Paint? paint, string line)
    {
        output.WritePainted(paint, line.TrimEnd());
        output.Write('\n');
    }
}
