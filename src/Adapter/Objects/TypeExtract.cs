using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace NetEdit.Adapter.Objects;

/// <summary>Some of many types, with all that they are made of. What pointers lead to is left out: no relocation goes through a pointer.</summary>
/// <param name="from">All types.</param>
/// <param name="index">Where each begins, by its number.</param>
internal ref struct TypeExtract(Btf from, ReadOnlySpan<int> index)
{
    private readonly Btf _from = from;
    private readonly ReadOnlySpan<int> _index = index;

    // Numbers in the whole, in the order of the numbers here; and the other way round.
    private readonly List<int> _taken = [];
    private readonly Dictionary<int, int> _numbers = [];

    // Offsets of names in the whole, and those here.
    private readonly Dictionary<uint, uint> _names = [];
    private readonly ArrayBufferWriter<byte> _text = new();
    private bool _isWhole = true;

    /// <summary>Takes the types that objects may mean by these names: structs, unions, enums and numbers.</summary>
    /// <param name="names">The names.</param>
    /// <returns>Whether there is one of each name.</returns>
    internal readonly bool TryAdd(IReadOnlyCollection<string> names)
    {
        var wanted = new Dictionary<uint, int>();
        foreach (var (number, name) in names.Index())
        {
            AddOffsets(wanted, Encoding.UTF8.GetBytes('\0' + name), number);
        }

        var found = new HashSet<int>();
        for (var number = 1; number < _index.Length; number++)
        {
            var type = _from.Types[_index[number]..];
            if (wanted.TryGetValue(Btf.NameOf(type), out var name) && Relocations.CanBeRoot(Btf.KindOf(type)))
            {
                found.Add(name);
                Take(number);
            }
        }

        return found.Count == names.Count;
    }

    /// <summary>The types that were taken, and what they are made of.</summary>
    /// <returns>BTF; empty when one is of a kind that a member cannot have.</returns>
    internal byte[] Write()
    {
        var types = new ArrayBufferWriter<byte>();
        _text.Write("\0"u8);
        for (var number = 0; number < _taken.Count && _isWhole; number++)
        {
            Write(types, _from.Types[_index[_taken[number]]..]);
        }

        if (!_isWhole)
        {
            return [];
        }

        var bytes = new byte[Btf.HeadBytes + types.WrittenCount + _text.WrittenCount];
        uint[] head =
        [
            Btf.Magic,
            Btf.HeadBytes,
            0,
            (uint)types.WrittenCount,
            (uint)types.WrittenCount,
            (uint)_text.WrittenCount,
        ];
        for (var word = 0; word < head.Length; word++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(word * sizeof(uint)), head[word]);
        }

        types.WrittenSpan.CopyTo(bytes.AsSpan(Btf.HeadBytes));
        _text.WrittenSpan.CopyTo(bytes.AsSpan(Btf.HeadBytes + types.WrittenCount));
        return bytes;
    }

    /// <summary>Where a name stands among the names; also with what follows three underscores, which does not count.</summary>
    private readonly void AddOffsets(Dictionary<uint, int> wanted, ReadOnlySpan<byte> name, int number)
    {
        var names = _from.Names;
        for (var at = 0; names[at..].IndexOf(name) is var next and >= 0; at += next + 1)
        {
            var rest = names[(at + next + name.Length)..];
            if (rest[0] == 0 || rest.StartsWith(Relocations.Flavour))
            {
                wanted[(uint)(at + next + 1)] = number;
            }
        }
    }

    private void Write(ArrayBufferWriter<byte> types, ReadOnlySpan<byte> type)
    {
        var kind = Btf.KindOf(type);
        var parts = Btf.PartsOf(type);
        Put(types, kind == BtfKind.Pointer ? 0 : Name(Btf.NameOf(type)));
        Put(types, Word(type, 1));
        switch (kind)
        {
            case BtfKind.Pointer:
                Put(types, 0);
                break;
            case BtfKind.Typedef or BtfKind.Volatile or BtfKind.Const or BtfKind.Restrict or BtfKind.TypeTag:
                Put(types, Take(Word(type, 2)));
                break;
            case BtfKind.Forward or BtfKind.Float:
                Put(types, Word(type, 2));
                break;
            case BtfKind.Integer:
                Put(types, Word(type, 2));
                Put(types, Word(type, 3));
                break;
            case BtfKind.Array:
                Put(types, Word(type, 2));
                Put(types, Take(Word(type, 3)));
                Put(types, Take(Word(type, 4)));
                Put(types, Word(type, 5));
                break;
            case BtfKind.Struct or BtfKind.Union or BtfKind.Enum or BtfKind.Enum64:
                Put(types, Word(type, 2));
                var words = Btf.PartBytes(kind) / sizeof(uint);
                for (var word = 3; word < 3 + (parts * words); word += words)
                {
                    Put(types, Name(Word(type, word)));
                    Put(
                        types,
                        kind is BtfKind.Struct or BtfKind.Union ? Take(Word(type, word + 1)) : Word(type, word + 1)
                    );
                    if (words == 3)
                    {
                        Put(types, Word(type, word + 2));
                    }
                }

                break;
            default:
                _isWhole = false;
                break;
        }
    }

    private static uint Word(ReadOnlySpan<byte> type, int number) =>
        BinaryPrimitives.ReadUInt32LittleEndian(type[(number * sizeof(uint))..]);

    private static void Put(ArrayBufferWriter<byte> writer, uint word)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(writer.GetSpan(sizeof(uint)), word);
        writer.Advance(sizeof(uint));
    }

    /// <summary>The number that a type has here.</summary>
    private uint Take(uint number)
    {
        if (number == 0)
        {
            return 0;
        }

        if (number >= _index.Length)
        {
            _isWhole = false;
            return 0;
        }

        return Take((int)number);
    }

    private readonly uint Take(int number)
    {
        if (!_numbers.TryGetValue(number, out var taken))
        {
            _taken.Add(number);
            _numbers[number] = taken = _taken.Count;
        }

        return (uint)taken;
    }

    private readonly uint Name(uint offset)
    {
        if (offset == 0)
        {
            return 0;
        }

        if (!_names.TryGetValue(offset, out var here))
        {
            _names[offset] = here = (uint)_text.WrittenCount;
            _text.Write(_from.Name(offset));
            _text.Write("\0"u8);
        }

        return here;
    }
}
