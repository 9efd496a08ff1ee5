using System.Globalization;
using System.Text;

namespace NetEdit.PolicyEngine;

/// <summary>Text from outside, made fit for a message.</summary>
internal static class Shown
{
    private const int Longest = 60;

    /// <summary>In quotes, shortened, and without characters that would move a terminal's cursor.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("'");
        foreach (var rune in text.EnumerateRunes())
        {
            if (quoted.Length > Longest)
            {
                quoted.Append('…');
                break;
            }

            quoted.Append(IsPrintable(rune) ? rune.ToString() : string.Create(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"));
        }

        return quoted.Append('\'').ToString();
    }

    /// <summary>Whether a text has only characters that can be printed on one line.</summary>
    public static bool IsPrintable(string text) => text.EnumerateRunes().All(IsPrintable);

    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate);
}
