using System.Buffers;
using System.Globalization;
using System.Text;

namespace NetEdit.Model;

/// <summary>
/// Makes text that others chose (names of cgroups, files, processes, interfaces, programs) safe for a log and a
/// terminal. Characters that would move a cursor, begin a line or reverse the direction of writing are shown as
/// <c>\uXXXX</c>, which JSON and YAML read back as the character.
/// </summary>
public static class Printable
{
    private const int LongestQuote = 60;

    /// <summary>Escapes a text that must stay on one line.</summary>
    public static string Line(string text) => Escape(text, keepLines: false);

    /// <summary>Escapes a text that may have several lines. Line feeds and tabs stay.</summary>
    public static string Lines(string text) => Escape(text, keepLines: true);

    /// <summary>Shortens a text to 60 characters, escapes it and puts it in quotes.</summary>
    public static string Quote(string text)
    {
        var end = 0;
        while (end < text.Length && end < LongestQuote)
        {
            end += char.IsHighSurrogate(text[end]) && end + 1 < text.Length ? 2 : 1;
        }

        return $"'{Line(text[..end])}{(end < text.Length ? "…" : "")}'";
    }

    /// <summary>Returns whether all characters of a text can be shown on one line.</summary>
    public static bool IsPrintable(ReadOnlySpan<char> text) => FirstUnprintable(text, keepLines: false) < 0;

    private static string Escape(string text, bool keepLines)
    {
        var end = FirstUnprintable(text, keepLines);
        if (end < 0)
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length + 16);
        var rest = text.AsSpan();
        for (; end >= 0; end = FirstUnprintable(rest, keepLines))
        {
            escaped.Append(rest[..end]);
            _ = Rune.DecodeFromUtf16(rest[end..], out _, out var length);
            foreach (var unit in rest.Slice(end, length))
            {
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
            }

            rest = rest[(end + length)..];
        }

        return escaped.Append(rest).ToString();
    }

    /// <summary>Returns the index of the first character that cannot be shown; -1 if all can be shown.</summary>
    private static int FirstUnprintable(ReadOnlySpan<char> text, bool keepLines)
    {
        for (var index = 0; ; )
        {
            var next = text[index..].IndexOfAnyExceptInRange(' ', '~');
            if (next < 0)
            {
                return -1;
            }

            index += next;
            if (
                Rune.DecodeFromUtf16(text[index..], out var rune, out var length) != OperationStatus.Done
                || !IsShown(rune, keepLines)
            )
            {
                return index;
            }

            index += length;
        }
    }

    private static bool IsShown(Rune rune, bool keepLines) =>
        rune.IsAscii
            ? keepLines && (rune.Value is '\n' or '\t')
            : Rune.GetUnicodeCategory(rune)
                is not (
                    UnicodeCategory.Control
                    or UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator
                    or UnicodeCategory.PrivateUse
                    or UnicodeCategory.OtherNotAssigned
                );
}
