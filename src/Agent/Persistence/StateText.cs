using System.Buffers;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace NetEdit.Agent.Persistence;

/// <summary>
/// The form of a state file: a JSON object of a version, the name of what it holds, a checksum, and the content the checksum is over.
/// Pure; reading and writing files is <see cref="StateDirectory"/>'s.
/// </summary>
internal static class StateText
{
    /// <summary>Version of the form; a file of any other is not read.</summary>
    public const int Version = 1;

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a file's bytes.</summary>
    /// <param name="holds">What it holds: <c>policies</c>.</param>
    /// <param name="content">The content.</param>
    /// <param name="type">How the content is written.</param>
    public static byte[] Encode<T>(string holds, T content, JsonTypeInfo<T> type)
    {
        var inner = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(inner, Plain))
        {
            JsonSerializer.Serialize(writer, content, type);
        }

        var text = new ArrayBufferWriter<byte>(inner.WrittenCount + 256);
        using (var writer = new Utf8JsonWriter(text, Plain))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", Version);
            writer.WriteString("holds", holds);
            writer.WriteString("sha256", Checksum(inner.WrittenSpan));
            writer.WritePropertyName("content");
            writer.WriteRawValue(inner.WrittenSpan, skipInputValidation: true);
            writer.WriteEndObject();
        }

        text.Write("\n"u8);
        return text.WrittenSpan.ToArray();
    }

    /// <summary>Reads a file's bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="holds">What it must hold.</param>
    /// <param name="type">How the content is read.</param>
    /// <param name="error">Why it cannot be used, a clause for a person; empty on success.</param>
    /// <returns>The content, or null.</returns>
    public static T? Decode<T>(ReadOnlyMemory<byte> bytes, string holds, JsonTypeInfo<T> type, out string error)
        where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(
                bytes,
                new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false }
            );
            var root = document.RootElement;
            if (
                root.ValueKind != JsonValueKind.Object
                || !root.TryGetProperty("version", out var version)
                || !version.TryGetInt32(out var number)
            )
            {
                error = "it is no state file of netedit";
                return null;
            }

            if (number != Version)
            {
                error = $"it was written by another version of netedit (form {number}; this one reads form {Version})";
                return null;
            }

            if (
                !root.TryGetProperty("holds", out var what)
                || !what.ValueEquals(holds)
                || !root.TryGetProperty("sha256", out var sum)
                || !root.TryGetProperty("content", out var content)
            )
            {
                error = $"it is no state file that holds {holds}";
                return null;
            }

            if (!sum.ValueEquals(Checksum(JsonMarshal(content))))
            {
                error = "its checksum does not match: it was damaged, or changed by hand";
                return null;
            }

            error = "";
            return content.Deserialize(type) ?? throw new JsonException("the content is null");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            error = "it is damaged: " + exception.Message;
            return null;
        }
    }

    private static ReadOnlySpan<byte> JsonMarshal(JsonElement element) =>
        System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(element);

    private static string Checksum(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
