using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace NetEdit.PolicyEngine;

/// <summary>The text of a file.</summary>
internal static class PolicyText
{
    /// <summary>Decodes a file; null (reported) when it is too large or no text.</summary>
    public static string? Decode(ReadOnlyMemory<byte> content, FileErrors errors)
    {
        if (content.Length > PolicyLimits.FileBytes)
        {
            errors.Add(0, 0, TooLarge(content.Length));
            return null;
        }

        var bytes = content.Span;
        var buffer = new char[bytes.Length];
        if (
            Utf8.ToUtf16(bytes, buffer, out var read, out var written, replaceInvalidSequences: false)
            != OperationStatus.Done
        )
        {
            AddAt(buffer.AsSpan(0, written), $"byte 0x{bytes[read]:x2} is not valid UTF-8", errors);
            return null;
        }

        var text = buffer.AsSpan(0, written);
        text = text.TrimStart('\ufeff');
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]) && text[i] is not ('\t' or '\n' or '\r'))
            {
                AddAt(text[..i], $"control character U+{(int)text[i]:X4} is not allowed", errors);
                return null;
            }
        }

        return text.ToString();
    }

    /// <summary>The message for a file that is too large.</summary>
    public static string TooLarge(long length) =>
        $"is not read: its {length} bytes exceed the limit of {PolicyLimits.FileBytes} bytes (1 MiB)";

    private static void AddAt(ReadOnlySpan<char> before, string message, FileErrors errors) =>
        errors.Add(before.Count('\n') + 1, before.Length - before.LastIndexOf('\n'), message);
}
