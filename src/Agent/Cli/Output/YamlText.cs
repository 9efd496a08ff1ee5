using System.Text.Encodings.Web;
using System.Text.Json;

namespace NetEdit.Agent.Cli.Output;

/// <summary>Writes JSON data as YAML in block style. Strings are quoted unless they can be nothing else.</summary>
internal static class YamlText
{
    /// <summary>Writes a document.</summary>
    public static void Write(TextWriter output, JsonElement element) => WriteValue(output, element, 0, afterKey: false);

    private static void WriteValue(TextWriter output, JsonElement element, int indent, bool afterKey)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object when element.EnumerateObject().Any():
                WriteObject(output, element, indent, afterKey);
                break;
            case JsonValueKind.Array when element.GetArrayLength() > 0:
                WriteArray(output, element, indent, afterKey);
                break;
            default:
                output.Write(afterKey ? " " : "");
                output.Write(Scalar(element));
                output.Write('\n');
                break;
        }
    }

    private static void WriteObject(TextWriter output, JsonElement element, int indent, bool afterKey)
    {
        var first = !afterKey;
        if (afterKey)
        {
            output.Write('\n');
        }

        foreach (var property in element.EnumerateObject())
        {
            // The first key of a list's item stands on the line of the dash.
            output.Write(first ? "" : new string(' ', indent));
            first = false;
            output.Write(Text(property.Name));
            output.Write(':');
            WriteValue(output, property.Value, property.Value.ValueKind == JsonValueKind.Array ? indent : indent + 2, afterKey: true);
        }
    }

    private static void WriteArray(TextWriter output, JsonElement element, int indent, bool afterKey)
    {
        var first = !afterKey;
        if (afterKey)
        {
            output.Write('\n');
        }

        foreach (var item in element.EnumerateArray())
        {
            output.Write(first ? "" : new string(' ', indent));
            first = false;
            output.Write("- ");
            WriteValue(output, item, indent + 2, afterKey: false);
        }
    }

    private static string Scalar(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "{}",
        JsonValueKind.Array => "[]",
        JsonValueKind.String => Text(element.GetString()!),
        _ => element.GetRawText(),
    };

    /// <summary>Plain only for what starts with a letter and holds nothing YAML could take for syntax, a boolean, or null.</summary>
    private static string Text(string text)
    {
        var plain = text.Length > 0 && char.IsAsciiLetter(text[0])
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/')
            && text.ToLowerInvariant() is not ("true" or "false" or "yes" or "no" or "on" or "off" or "null" or "y" or "n");

        // A JSON string is a YAML double-quoted string.
        return plain ? text : $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
    }
}
