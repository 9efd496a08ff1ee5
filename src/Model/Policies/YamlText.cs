namespace NetEdit.Model;

/// <summary>Text as a YAML scalar.</summary>
public static class YamlText
{
    /// <summary>In double quotes. The text is printable (<see cref="Printable.IsPrintable"/>), so two characters need an escape.</summary>
    public static string Quote(string text) =>
        "\""
        + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
        + "\"";
}
