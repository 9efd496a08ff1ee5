using System.Buffers.Binary;

namespace NetEdit.Adapter.Objects;

/// <summary>Kinds of BTF types that are read here (include/uapi/linux/btf.h).</summary>
internal enum BtfKind
{
    Void = 0,
    Integer = 1,
    Pointer = 2,
    Array = 3,
    Struct = 4,
    Union = 5,
    Enum = 6,
    Forward = 7,
    Typedef = 8,
    Volatile = 9,
    Const = 10,
    Restrict = 11,
    Function = 12,
    FunctionPrototype = 13,
    Variable = 14,
    DataSection = 15,
    Float = 16,
    DeclarationTag = 17,
    TypeTag = 18,
    Enum64 = 19,
}

/// <summary>Types as a kernel or a compiler writes them: a section of types, each by its number from 1, and one of names.</summary>
internal readonly ref struct Btf
{
    /// <summary>Bytes of the head.</summary>
    internal const int HeadBytes = 24;

    /// <summary>Bytes that each type begins with: its name, its kind with the number of its parts, and its size or another type.</summary>
    internal const int TypeBytes = 12;

    /// <summary>What the head begins with: the magic number, version 1 and no flags.</summary>
    internal const uint Magic = 0x0001eb9f;

    private Btf(ReadOnlySpan<byte> types, ReadOnlySpan<byte> names)
    {
        Types = types;
        Names = names;
    }

    /// <summary>The types, one after the other.</summary>
    internal ReadOnlySpan<byte> Types { get; }

    /// <summary>The names, each with a zero behind it; the first is empty.</summary>
    internal ReadOnlySpan<byte> Names { get; }

    /// <summary>Reads the head.</summary>
    /// <returns>False when these are no types, or their sections are not within the bytes.</returns>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, out Btf btf)
    {
        btf = default;
        if (
            bytes.Length < HeadBytes
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic
            || !TrySlice(bytes, BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]), uint.MaxValue, out var content)
        )
        {
            return false;
        }

        if (
            !TrySlice(
                content,
                BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]),
                BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]),
                out var types
            )
            || !TrySlice(
                content,
                BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]),
                BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]),
                out var names
            )
            || names.IsEmpty
            || names[0] != 0
            || names[^1] != 0
        )
        {
            return false;
        }

        btf = new Btf(types, names);
        return true;
    }

    /// <summary>A part of some bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="start">Where it begins.</param>
    /// <param name="length">Its length; <see cref="uint.MaxValue"/> for the rest.</param>
    /// <param name="part">The part.</param>
    /// <returns>False when it is not within them.</returns>
    internal static bool TrySlice(ReadOnlySpan<byte> bytes, uint start, uint length, out ReadOnlySpan<byte> part)
    {
        part = default;
        if (start > (uint)bytes.Length || (length != uint.MaxValue && length > (uint)bytes.Length - start))
        {
            return false;
        }

        part = length == uint.MaxValue ? bytes[(int)start..] : bytes.Slice((int)start, (int)length);
        return true;
    }

    /// <summary>Finds where each type begins.</summary>
    /// <param name="starts">Gets the place of type N at N, in bytes; as many as there can be: <see cref="MostTypes"/>.</param>
    /// <returns>The number of types and one; 0 when one of them is of an unknown kind or not whole.</returns>
    internal int Index(Span<int> starts)
    {
        var number = 1;
        for (var at = 0; at < Types.Length; number++)
        {
            var size = Types.Length - at < TypeBytes ? 0 : SizeOf(Types[at..]);
            if (size == 0 || size > Types.Length - at)
            {
                return 0;
            }

            starts[number] = at;
            at += size;
        }

        return number;
    }

    /// <summary>The most numbers of types there can be, with that of void.</summary>
    internal int MostTypes => (Types.Length / TypeBytes) + 1;

    /// <summary>The offset of a type's name.</summary>
    internal static uint NameOf(ReadOnlySpan<byte> type) => BinaryPrimitives.ReadUInt32LittleEndian(type);

    /// <summary>The kind of a type.</summary>
    internal static BtfKind KindOf(ReadOnlySpan<byte> type) => (BtfKind)(type[7] & 0x1f);

    /// <summary>The number of a type's members, values or parameters.</summary>
    internal static int PartsOf(ReadOnlySpan<byte> type) => BinaryPrimitives.ReadUInt16LittleEndian(type[4..]);

    /// <summary>The bytes of a type's parts.</summary>
    /// <returns>0 where a kind has none, or is unknown.</returns>
    internal static int PartBytes(BtfKind kind) =>
        kind switch
        {
            BtfKind.Struct or BtfKind.Union or BtfKind.DataSection or BtfKind.Enum64 => 12,
            BtfKind.Enum or BtfKind.FunctionPrototype => 8,
            _ => 0,
        };

    /// <summary>The name at an offset, without its zero; empty when it is not within the names.</summary>
    internal ReadOnlySpan<byte> Name(uint offset) =>
        TrySlice(Names, offset, uint.MaxValue, out var rest) && rest.IndexOf((byte)0) is var end and >= 0
            ? rest[..end]
            : default;

    private static int SizeOf(ReadOnlySpan<byte> type)
    {
        var kind = KindOf(type);
        return kind switch
        {
            BtfKind.Void or > BtfKind.Enum64 => 0,
            BtfKind.Integer or BtfKind.Variable or BtfKind.DeclarationTag => TypeBytes + 4,
            BtfKind.Array => TypeBytes + 12,
            _ => TypeBytes + (PartsOf(type) * PartBytes(kind)),
        };
    }
}
