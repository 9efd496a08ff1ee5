using System.Buffers.Binary;
using System.Text;

namespace NetEdit.Adapter.Objects;

/// <summary>A section with content.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Index">Its place among all sections.</param>
/// <param name="IsCode">Whether it holds instructions.</param>
/// <param name="Start">Where in the file it begins.</param>
/// <param name="Length">Its length in bytes.</param>
internal readonly record struct ElfSection(string Name, int Index, bool IsCode, int Start, int Length);

/// <summary>Walks the section headers of a 64-bit little-endian ELF file; every offset is checked against the file.</summary>
internal static class ElfSections
{
    /// <summary>Each section with content.</summary>
    /// <exception cref="BpfException">It is no such file, or damaged.</exception>
    internal static List<ElfSection> Of(string owner, ReadOnlySpan<byte> image)
    {
        const int HeaderSize = 64;
        const int NoBits = 8;
        const ulong Executable = 4;
        if (image.Length < HeaderSize || !image.StartsWith("\x7f"u8) || !image[1..].StartsWith("ELF\x02\x01"u8))
        {
            throw Damaged(owner);
        }

        var table = BinaryPrimitives.ReadUInt64LittleEndian(image[40..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(image[60..]);
        var names = BinaryPrimitives.ReadUInt16LittleEndian(image[62..]);
        if (table > (ulong)image.Length || ((ulong)image.Length - table) / HeaderSize < count || names >= count)
        {
            throw Damaged(owner);
        }

        var headers = image[(int)table..];
        var strings = Content(owner, image, headers[(names * HeaderSize)..]);
        var sections = new List<ElfSection>(count);
        for (var index = 0; index < count; index++)
        {
            var header = headers[(index * HeaderSize)..];
            if (BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) is 0 or NoBits)
            {
                continue;
            }

            var name = BinaryPrimitives.ReadUInt32LittleEndian(header);
            if (name >= (uint)strings.Length)
            {
                throw Damaged(owner);
            }

            var rest = image.Slice(strings.Start + (int)name, strings.Length - (int)name);
            var end = rest.IndexOf((byte)0);
            var content = Content(owner, image, header);
            var isCode = (BinaryPrimitives.ReadUInt64LittleEndian(header[8..]) & Executable) != 0;
            sections.Add(
                new ElfSection(
                    Encoding.ASCII.GetString(end < 0 ? rest : rest[..end]),
                    index,
                    isCode,
                    content.Start,
                    content.Length
                )
            );
        }

        return sections;
    }

    private static (int Start, int Length) Content(string owner, ReadOnlySpan<byte> image, ReadOnlySpan<byte> header)
    {
        var start = BinaryPrimitives.ReadUInt64LittleEndian(header[24..]);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(header[32..]);
        return start <= (ulong)image.Length && length <= (ulong)image.Length - start
            ? ((int)start, (int)length)
            : throw Damaged(owner);
    }

    private static BpfException Damaged(string owner) =>
        new($"the BPF object of {owner} is not an ELF object, or damaged; rebuild or reinstall its feature");
}
