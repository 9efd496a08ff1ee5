using System.Globalization;
using System.Text;

namespace NetEdit.Agent.Cli.Output;

/// <summary>Fits text into columns of a terminal. Pure.</summary>
internal static class CellText
{
    private const string Ellipsis = "…";

    /// <summary>The columns that a text takes.</summary>
    public static int Width(string text) => text.EnumerateRunes().Sum(Width);

    /// <summary>Leaves out the middle of a text that is wider; more of the end stays than of the start.</summary>
    /// <param name="text">The text.</param>
    /// <param name="width">Columns, at least 2.</param>
    public static string Shorten(string text, int width)
    {
        if (Width(text) <= width)
        {
            return text;
        }

        Rune[] runes = [.. text.EnumerateRunes()];
        var start = (width - 1) / 3;
        var end = width - 1 - start;
        return string.Concat(runes.Take(start)) + Ellipsis + string.Concat(runes.TakeLast(end));
    }

    /// <summary>Breaks a text into lines, after blanks and commas where it has any.</summary>
    /// <param name="text">The text.</param>
    /// <param name="width">Columns of a line, at least 1.</param>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        while (Width(text) > width)
        {
            var (end, columns, breakAfter) = (0, 0, 0);
            foreach (var rune in text.EnumerateRunes())
            {
                columns += Width(rune);
                if (columns > width)
                {
                    // A blank that does not fit ends a line that does.
                    breakAfter = rune.Value == ' ' ? end : breakAfter;
                    break;
                }

                end += rune.Utf16SequenceLength;
                breakAfter = rune.Value is ' ' or ',' ? end : breakAfter;
            }

            var length = breakAfter > 0 ? breakAfter : end;
            yield return text[..length].TrimEnd();
            text = text[length..].TrimStart();
        }

        yield return text;
    }

    private static int Width(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.Format ? 0 : 1;
}
