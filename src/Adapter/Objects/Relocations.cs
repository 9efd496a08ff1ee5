using System.Buffers.Binary;
using System.Text;

namespace NetEdit.Adapter.Objects;

/// <summary>What an object asks of the kernel's types (CO-RE): its section <c>.BTF.ext</c> has a record for each instruction that depends on one.</summary>
internal static class Relocations
{
    private const int HeadOffset = 24;
    private const int RecordBytes = 16;
    private const int GroupBytes = 8;

    /* enum bpf_core_relo_kind: offsets, sizes and the existence of members; of types; of values of enums. */
    private const uint LastOfMembers = 5;
    private const uint TypeExists = 8;
    private const uint LastOfValues = 11;

    /// <summary>What stands between a name and what only tells apart several types of it.</summary>
    internal static ReadOnlySpan<byte> Flavour => "___"u8;

    /// <summary>Whether all that is asked of a type of this kind can be answered without what pointers lead to.</summary>
    internal static bool CanBeRoot(BtfKind kind) =>
        kind is BtfKind.Struct or BtfKind.Union or BtfKind.Enum or BtfKind.Enum64 or BtfKind.Integer;

    /// <summary>Names of the types that an object is relocated by, sorted.</summary>
    /// <param name="owner">Whose object it is.</param>
    /// <param name="image">The object.</param>
    /// <returns>Null when it asks for more than some types can answer: for the number that a type has in the kernel, say.</returns>
    /// <exception cref="BpfException">It is no ELF file, or damaged.</exception>
    internal static IReadOnlyCollection<string>? Types(string owner, ReadOnlySpan<byte> image)
    {
        ReadOnlySpan<byte> own = default,
            extension = default;
        foreach (var section in ElfSections.Of(owner, image))
        {
            var content = image.Slice(section.Start, section.Length);
            switch (section.Name)
            {
                case ".BTF":
                    own = content;
                    break;
                case ".BTF.ext":
                    extension = content;
                    break;
            }
        }

        if (extension.IsEmpty || !Btf.TryRead(own, out var btf) || !TryFind(extension, out var records))
        {
            return null;
        }

        var starts = new int[btf.MostTypes];
        var count = btf.Index(starts);
        var names = new SortedSet<string>(StringComparer.Ordinal);
        while (records.Length >= GroupBytes)
        {
            // The records of a section of code.
            var length = (long)BinaryPrimitives.ReadUInt32LittleEndian(records[4..]) * RecordBytes;
            if (length > records.Length - GroupBytes)
            {
                return null;
            }

            for (var group = records.Slice(GroupBytes, (int)length); !group.IsEmpty; group = group[RecordBytes..])
            {
                var (number, kind) = (
                    BinaryPrimitives.ReadUInt32LittleEndian(group[4..]),
                    BinaryPrimitives.ReadUInt32LittleEndian(group[12..])
                );
                if (
                    number == 0
                    || number >= count
                    || !(kind is <= LastOfMembers or (>= TypeExists and <= LastOfValues))
                )
                {
                    return null;
                }

                var type = btf.Types[starts[number]..];
                var name = btf.Name(Btf.NameOf(type));
                if (!CanBeRoot(Btf.KindOf(type)) || name.IsEmpty)
                {
                    return null;
                }

                var flavour = name.LastIndexOf(Flavour);
                names.Add(Encoding.UTF8.GetString(flavour > 0 ? name[..flavour] : name));
            }

            records = records[(GroupBytes + (int)length)..];
        }

        return names;
    }

    /// <summary>The records of relocations, in groups.</summary>
    private static bool TryFind(ReadOnlySpan<byte> extension, out ReadOnlySpan<byte> records)
    {
        records = default;
        if (extension.Length < HeadOffset + 8 || BinaryPrimitives.ReadUInt32LittleEndian(extension) != Btf.Magic)
        {
            return false;
        }

        var head = BinaryPrimitives.ReadUInt32LittleEndian(extension[4..]);
        if (
            head < HeadOffset + 8
            || !Btf.TrySlice(extension, head, uint.MaxValue, out var content)
            || !Btf.TrySlice(
                content,
                BinaryPrimitives.ReadUInt32LittleEndian(extension[HeadOffset..]),
                BinaryPrimitives.ReadUInt32LittleEndian(extension[(HeadOffset + 4)..]),
                out var section
            )
        )
        {
            return false;
        }

        if (section.IsEmpty)
        {
            return true;
        }

        if (section.Length < sizeof(uint) || BinaryPrimitives.ReadUInt32LittleEndian(section) != RecordBytes)
        {
            return false;
        }

        records = section[sizeof(uint)..];
        return true;
    }
}
