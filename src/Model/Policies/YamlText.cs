namespace NetEdit.Model;

/// <summary>Formats text as a YAML scalar.</summary>
public static class YamlText
{
    /// <summary>
    /// Puts a text in double quotes. The text is printable (<see cref="Printable.IsPrintable"/>), so only two
    /// characters need an escape.
    /// </summary>
    public static string Quote(string text) =>
        "\""
        + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
        + "\"";
}
