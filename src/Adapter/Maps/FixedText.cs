using System.Text;

namespace NetEdit.Adapter.Maps;

/// <summary>Texts in fields of fixed length, with a zero at their end.</summary>
internal static class FixedText
{
    /// <summary>Writes a text to a field that is zero.</summary>
    /// <exception cref="BpfException">It does not fit.</exception>
    internal static void Write(Span<byte> field, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length >= field.Length)
        {
            throw new BpfException($"'{text}' is longer than {field.Length - 1} bytes");
        }

        bytes.CopyTo(field);
    }

    /// <summary>Reads a field.</summary>
    internal static string Read(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }
}
