using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace NetEdit.Agent.Cli.Output;

/// <summary>
/// Writes JSON data as YAML in block style. Strings are quoted unless every reader takes them for strings without.
/// </summary>
internal static class YamlOutput
{
    private const int LongestSimpleKey = 1024; // YAML 1.2, 8.2.2

    // The emitter leaves words plain that readers of YAML 1.1 take for booleans and nulls.
    private static readonly string[] Ambiguous = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];

    /// <summary>Writes a document.</summary>
    public static void Write(TextWriter output, JsonElement element)
    {
        var settings = new EmitterSettings(
            bestIndent: 2,
            bestWidth: int.MaxValue,
            isCanonical: false,
            LongestSimpleKey,
            newLine: "\n"
        );
        var emitter = new Emitter(output, settings);
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(version: null, tags: null, isImplicit: true));
        WriteValue(emitter, element);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
    }

    private static void WriteValue(Emitter emitter, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, MappingStyle.Block));
                foreach (var property in element.EnumerateObject())
                {
                    WriteText(emitter, property.Name);
                    WriteValue(emitter, property.Value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonValueKind.Array:
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, SequenceStyle.Block));
                foreach (var item in element.EnumerateArray())
                {
                    WriteValue(emitter, item);
                }

                emitter.Emit(new SequenceEnd());
                break;
            case JsonValueKind.String:
                WriteText(emitter, element.GetString()!);
                break;
            default:
                WriteScalar(emitter, element.GetRawText(), ScalarStyle.Plain);
                break;
        }
    }

    private static void WriteText(Emitter emitter, string text) =>
        WriteScalar(emitter, text, IsPlain(text) ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted);

    private static void WriteScalar(Emitter emitter, string text, ScalarStyle style) =>
        emitter.Emit(
            new Scalar(AnchorName.Empty, TagName.Empty, text, style, isPlainImplicit: true, isQuotedImplicit: true)
        );

    private static bool IsPlain(string text) =>
        text.Length > 0
        && char.IsAsciiLetter(text[0])
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/')
        && !Ambiguous.Contains(text, StringComparer.OrdinalIgnoreCase);
}
