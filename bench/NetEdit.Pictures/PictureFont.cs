using SkiaSharp;

namespace NetEdit.Pictures;

/// <summary>
/// The font that lays pictures out. It must be the same on every machine, or the same results give another picture;
/// viewers without it take a font of nearly the same widths.
/// </summary>
internal static class PictureFont
{
    /// <summary>Families for a viewer, in this order.</summary>
    public const string Families = "DejaVu Sans, Verdana, sans-serif";

    private const string Name = "DejaVu Sans";

    /// <summary>The installed family.</summary>
    /// <exception cref="InvalidOperationException">It is not installed.</exception>
    public static string Family =>
        SKFontManager.Default.FontFamilies.Contains(Name, StringComparer.Ordinal)
            ? Name
            : throw new InvalidOperationException(
                $"cannot draw pictures: the font {Name} is not installed; install fonts-dejavu-core"
            );

    /// <summary>The width of a text, pixels.</summary>
    public static float Width(string text, float size, bool bold)
    {
        using var typeface = SKTypeface.FromFamilyName(Family, bold ? SKFontStyle.Bold : SKFontStyle.Normal);
        using var font = new SKFont(typeface, size);
        (font.Subpixel, font.LinearMetrics, font.Hinting) = (true, true, SKFontHinting.None);
        return font.MeasureText(text);
    }
}
