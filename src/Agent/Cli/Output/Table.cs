using System.Text;
using NetEdit.Model;

namespace NetEdit.Agent.Cli.Output;

/// <summary>Columns that line up, without boxes; the last one is as long as it is. A column without a word in any row is left out.</summary>
internal sealed class Table(params string[] headings)
{
    private readonly List<(string[] Cells, Paint? Paint)> _rows = [];

    /// <summary>Whether there are no rows.</summary>
    public bool IsEmpty => _rows.Count == 0;

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

        var widths = new int[headings.Length];
        for (var column = 0; column < widths.Length; column++)
        {
            var widest = _rows.Max(row => column < row.Cells.Length ? Width(Clean(row.Cells[column])) : 0);
            widths[column] = widest == 0 ? 0 : Math.Max(Width(headings[column]), widest);
        }

        if (Array.Exists(headings, heading => heading.Length > 0))
        {
            WriteRow(output, indent, headings, widths, color ? Paint.Faint : null);
        }

        foreach (var (cells, paint) in _rows)
        {
            WriteRow(output, indent, cells, widths, color ? paint : null);
        }
    }

    private static void WriteRow(TextWriter output, string indent, string[] cells, int[] widths, Paint? paint)
    {
        var line = new StringBuilder(indent);
        for (var column = 0; column < cells.Length; column++)
        {
            if (widths[column] == 0)
            {
                continue;
            }

            var cell = Clean(cells[column]);
            line.Append(cell);
            if (column < cells.Length - 1)
            {
                line.Append(' ', widths[column] - Width(cell) + 2);
            }
        }

        var text = line.ToString().TrimEnd();
        output.WritePainted(paint, text);
        output.Write('\n');
    }

    private static string Clean(string cell) => Printable.Line(cell);

    private static int Width(string text) =>
        text.EnumerateRunes()
            .Count(rune =>
                Rune.GetUnicodeCategory(rune)
                    is not (
                        System.Globalization.UnicodeCategory.NonSpacingMark
                        or System.Globalization.UnicodeCategory.Format
                    )
            );
}
