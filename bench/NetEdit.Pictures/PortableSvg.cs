using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace NetEdit.Pictures;

/// <summary>
/// Makes SVG of Skia the same on every machine and good in every viewer: texts are anchored instead of placed
/// letter by letter, numbers have one decimal, and names are counted from the picture's start.
/// </summary>
internal static partial class PortableSvg
{
    private const int BoldWeight = 600;
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";
    private static readonly HashSet<string> Lengths =
    [
        "d",
        "x",
        "y",
        "width",
        "height",
        "cx",
        "cy",
        "rx",
        "ry",
        "points",
        "transform",
    ];

    /// <summary>Rewrites a picture.</summary>
    /// <param name="xml">The picture as Skia writes it.</param>
    /// <param name="title">Its text for screen readers.</param>
    /// <exception cref="InvalidOperationException">A text has another font than <see cref="PictureFont"/>.</exception>
    public static string Of(string xml, string title)
    {
        var root = XDocument.Parse(xml).Root!;
        foreach (var text in root.Descendants(Svg + "text"))
        {
            Anchor(text);
        }

        var names = root.Descendants()
            .Attributes("id")
            .Select(id => id.Value)
            .Distinct(StringComparer.Ordinal)
            .Index()
            .ToDictionary(name => name.Item, name => $"clip{name.Index}", StringComparer.Ordinal);
        foreach (var attribute in root.Descendants().Attributes())
        {
            attribute.Value = attribute.Name.LocalName switch
            {
                "id" => names[attribute.Value],
                "clip-path" => Reference().Replace(attribute.Value, match => names[match.Value]),
                { } name when Lengths.Contains(name) => Fraction().Replace(attribute.Value, Round),
                _ => attribute.Value,
            };
        }

        root.SetAttributeValue("viewBox", $"0 0 {root.Attribute("width")!.Value} {root.Attribute("height")!.Value}");
        root.SetAttributeValue("role", "img");
        root.SetAttributeValue("font-family", PictureFont.Families);
        root.AddFirst(new XElement(Svg + "title", title));
        return root + "\n";
    }

    /// <summary>Replaces the place of each letter by the place of the whole text and its alignment.</summary>
    private static void Anchor(XElement text)
    {
        var family = text.Attribute("font-family")!.Value;
        if (family != PictureFont.Family)
        {
            throw new InvalidOperationException(
                $"cannot draw '{text.Value.Trim()}': its font is {family}, not {PictureFont.Family}"
            );
        }

        var size = Number(text.Attribute("font-size")!.Value);
        var bold = text.Attribute("font-weight") is { } weight && Number(weight.Value) >= BoldWeight;
        var place = Translation().Match(text.Attribute("transform")!.Value);
        var words = text.Value.Trim();
        var width = PictureFont.Width(words, size, bold);
        var left = First(text, "x");
        var (anchor, share) = Math.Round(-2 * left / width) switch
        {
            0 => ("start", 0f),
            1 => ("middle", 0.5f),
            _ => ("end", 1f),
        };
        text.SetAttributeValue("x", Format(Number(place.Groups["x"].Value) + left + (share * width)));
        text.SetAttributeValue("y", Format(Number(place.Groups["y"].Value) + First(text, "y")));
        text.SetAttributeValue("text-anchor", anchor);
        text.SetAttributeValue("transform", null);
        text.SetAttributeValue("font-family", null);
        text.Value = words;
    }

    private static float First(XElement text, string attribute) =>
        Number(text.Attribute(attribute)!.Value.Split(',')[0]);

    private static float Number(string text) => float.Parse(text, CultureInfo.InvariantCulture);

    private static string Round(Match number) => Format(Number(number.Value));

    // Adding zero turns a negative zero into zero.
    private static string Format(float number) =>
        (MathF.Round(number, 1) + 0f).ToString("0.#", CultureInfo.InvariantCulture);

    [GeneratedRegex(
        "-?[0-9]+[.][0-9]+(e-?[0-9]+)?",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex Fraction();

    [GeneratedRegex(
        "^translate[(](?<x>[^ ]+) (?<y>[^)]+)[)]$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex Translation();

    [GeneratedRegex("(?<=^url[(]#)[^)]+", RegexOptions.None, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex Reference();
}
