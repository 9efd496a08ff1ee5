using System.Buffers.Binary;
using System.Collections.Immutable;

namespace NetEdit.Adapter.Objects;

/// <summary>What the programs of an object set, read from their instructions.</summary>
/// <param name="Options">Level and name of each option they give to <c>bpf_setsockopt</c>.</param>
/// <param name="Callbacks">Callback flags (<c>BPF_SOCK_OPS_*_CB_FLAG</c>) that a stage asks its chain for.</param>
/// <param name="SetsCallbacks">Whether they set callback flags by themselves.</param>
internal sealed record Settings(
    ImmutableSortedSet<(int Level, int Option)> Options,
    uint Callbacks,
    bool SetsCallbacks
);

/// <summary>
/// Follows every path through the functions of an object with the constants that registers and stack hold on it. What a stage sets is a
/// constant in its source; one that is not cannot be checked, and is an error.
/// </summary>
internal sealed class SettingReader
{
    private const int InstructionBytes = 8;
    private const int SymbolBytes = 24;
    private const byte FunctionSymbol = 2;
    private const int MostStates = 200_000;
    private const int SetSocketOption = 49; /* helpers, linux/bpf.h */
    private const int SetCallbackFlags = 59;
    private const int CallbacksInCall = 4; /* struct netedit_call */

    private readonly string _owner;
    private readonly byte[] _code;
    private readonly HashSet<(int Level, int Option)> _options = [];
    private uint _callbacks;
    private bool _setsCallbacks;

    private SettingReader(string owner, byte[] code) => (_owner, _code) = (owner, code);

    /// <summary>Reads an object.</summary>
    /// <param name="owner">Feature it belongs to, for messages.</param>
    /// <param name="image">The ELF image.</param>
    /// <exception cref="BpfException">It is damaged, or sets an option that is not written in its code.</exception>
    internal static Settings Read(string owner, ReadOnlySpan<byte> image)
    {
        var sections = ElfSections.Of(owner, image);
        var symbols = sections.Find(section => section.Name == ".symtab");
        var settings = new Settings([], 0, false);
        foreach (var section in sections.Where(section => section.IsCode))
        {
            var reader = new SettingReader(owner, image.Slice(section.Start, section.Length).ToArray());
            foreach (var start in Functions(image.Slice(symbols.Start, symbols.Length), section.Index))
            {
                reader.Follow(start);
            }

            settings = new Settings(
                settings.Options.Union(reader._options),
                settings.Callbacks | reader._callbacks,
                settings.SetsCallbacks || reader._setsCallbacks
            );
        }

        return settings;
    }

    private static List<int> Functions(ReadOnlySpan<byte> symbols, int section)
    {
        var starts = new List<int>();
        for (; symbols.Length >= SymbolBytes; symbols = symbols[SymbolBytes..])
        {
            if (
                (symbols[4] & 0xf) == FunctionSymbol
                && BinaryPrimitives.ReadUInt16LittleEndian(symbols[6..]) == section
            )
            {
                starts.Add((int)(BinaryPrimitives.ReadUInt64LittleEndian(symbols[8..]) / InstructionBytes));
            }
        }

        return starts;
    }

    private void Follow(int start)
    {
        var seen = new HashSet<(int, Machine)>();
        var open = new Stack<(int At, Machine Machine)>([(start, Machine.AtEntry)]);
        while (open.TryPop(out var state))
        {
            if (state.At < 0 || (state.At + 1) * InstructionBytes > _code.Length)
            {
                throw new BpfException(
                    $"the BPF object of {_owner} jumps out of its code; rebuild or reinstall its feature"
                );
            }

            if (!seen.Add(state))
            {
                continue;
            }

            if (seen.Count > MostStates)
            {
                throw new BpfException($"a program of {_owner} has too many paths to tell what it sets");
            }

            Step(state.At, state.Machine, open);
        }
    }

    private void Step(int at, Machine machine, Stack<(int At, Machine Machine)> open)
    {
        const int LoadImmediate64 = 0x18;
        var instruction = _code.AsSpan(at * InstructionBytes, InstructionBytes);
        var (code, target, source) = (instruction[0], instruction[1] & 0xf, instruction[1] >> 4);
        var offset = BinaryPrimitives.ReadInt16LittleEndian(instruction[2..]);
        var immediate = BinaryPrimitives.ReadInt32LittleEndian(instruction[4..]);
        switch (code & 7)
        {
            case 0 when code == LoadImmediate64:
                open.Push((at + 2, machine.With(target, Value.Unknown)));
                return;
            case 1: /* LDX */
                machine = machine.With(target, Loaded(machine, source, offset));
                break;
            case 2 or 3: /* ST, STX; what is not a plain store leaves the stack unknown */
                machine = Stored(
                    machine,
                    code,
                    target,
                    offset,
                    (code & 7) == 2 ? Value.Constant(immediate) : machine[source]
                );
                break;
            case 4 or 7: /* ALU, 32 and 64 bits */
                machine = machine.With(
                    target,
                    Computed(code, machine[target], (code & 8) == 0 ? Value.Constant(immediate) : machine[source])
                );
                break;
            case 5 or 6:
                Jump(at, code, source, offset, immediate, machine, open);
                return;
        }

        open.Push((at + 1, machine));
    }

    private void Jump(
        int at,
        byte code,
        int source,
        short offset,
        int immediate,
        Machine machine,
        Stack<(int At, Machine Machine)> open
    )
    {
        const int Always = 0x05;
        const int AlwaysFar = 0x06;
        const int Call = 0x85;
        const int Exit = 0x95;
        switch (code)
        {
            case Exit:
                return;
            case Call:
                if (source == 0)
                {
                    Note(immediate, machine);
                }

                open.Push((at + 1, machine.AfterCall()));
                return;
            case Always:
                open.Push((at + 1 + offset, machine));
                return;
            case AlwaysFar:
                open.Push((at + 1 + immediate, machine));
                return;
            default:
                open.Push((at + 1, machine));
                open.Push((at + 1 + offset, machine));
                return;
        }
    }

    private void Note(int helper, Machine machine)
    {
        if (helper == SetCallbackFlags)
        {
            _setsCallbacks = true;
        }
        else if (helper == SetSocketOption)
        {
            var (level, option) = (machine[2], machine[3]);
            if (level.Kind != ValueKind.Constant || option.Kind != ValueKind.Constant)
            {
                throw new BpfException(
                    $"a program of {_owner} gives bpf_setsockopt an option that is not written in its code: "
                        + $"what it sets cannot be checked"
                );
            }

            _options.Add((level.Number, option.Number));
        }
    }

    private static Value Loaded(Machine machine, int source, short offset) =>
        machine[source].Kind switch
        {
            ValueKind.Call when offset == CallbacksInCall => new Value(ValueKind.Callbacks, 0),
            ValueKind.Stack => machine.Stack.GetValueOrDefault(offset, Value.Unknown),
            _ => Value.Unknown,
        };

    private Machine Stored(Machine machine, byte code, int target, short offset, Value value)
    {
        const int Whole = 0x7b; /* a register, 64 bits */
        if (machine[target].Kind == ValueKind.Stack)
        {
            return machine.WithStack(offset, code == Whole ? value : Value.Unknown);
        }

        if (machine[target].Kind == ValueKind.Call && offset == CallbacksInCall)
        {
            _callbacks |= value.Kind is ValueKind.Callbacks or ValueKind.Constant ? (uint)value.Number : uint.MaxValue;
        }

        return machine;
    }

    private static Value Computed(byte code, Value before, Value operand) =>
        (code & 0xf0, before.Kind, operand.Kind) switch
        {
            (0xb0, _, _) => operand, /* MOV */
            (0x40, ValueKind.Constant or ValueKind.Callbacks, ValueKind.Constant) => before with
            {
                Number = before.Number | operand.Number,
            }, /* OR */
            (0x40, ValueKind.Constant, ValueKind.Callbacks) => operand with { Number = before.Number | operand.Number },
            _ => Value.Unknown,
        };

    private enum ValueKind
    {
        Unknown,
        Constant,

        /// <summary>Points to the stage's <c>struct netedit_call</c>.</summary>
        Call,

        /// <summary>What the chain gave as callbacks, and more.</summary>
        Callbacks,

        /// <summary>The frame pointer.</summary>
        Stack,
    }

    private readonly record struct Value(ValueKind Kind, int Number)
    {
        public static Value Unknown => default;

        public static Value Constant(int number) => new(ValueKind.Constant, number);
    }

    /// <summary>Registers and stack at one point of one path.</summary>
    private sealed class Machine : IEquatable<Machine>
    {
        private const int FramePointer = 10;
        private const int Arguments = 5;
        private readonly ImmutableArray<Value> _registers;

        private Machine(ImmutableArray<Value> registers, ImmutableSortedDictionary<short, Value> stack) =>
            (_registers, Stack) = (registers, stack);

        /// <summary>The second argument of a stage is its call; that of another function is nothing of interest.</summary>
        public static Machine AtEntry { get; } =
            new(
                ImmutableArray.CreateRange(
                    Enumerable
                        .Range(0, FramePointer + 1)
                        .Select(register =>
                            register switch
                            {
                                2 => new Value(ValueKind.Call, 0),
                                FramePointer => new Value(ValueKind.Stack, 0),
                                _ => Value.Unknown,
                            }
                        )
                ),
                ImmutableSortedDictionary<short, Value>.Empty
            );

        public ImmutableSortedDictionary<short, Value> Stack { get; }

        public Value this[int register] => register <= FramePointer ? _registers[register] : Value.Unknown;

        public Machine With(int register, Value value) =>
            register < FramePointer ? new(_registers.SetItem(register, value), Stack) : this;

        public Machine WithStack(short offset, Value value) =>
            new(_registers, value.Kind == ValueKind.Unknown ? Stack.Remove(offset) : Stack.SetItem(offset, value));

        public Machine AfterCall() =>
            new([.. _registers.Select((value, register) => register <= Arguments ? Value.Unknown : value)], Stack);

        public bool Equals(Machine? other) =>
            other is not null
            && _registers.AsSpan().SequenceEqual(other._registers.AsSpan())
            && Stack.SequenceEqual(other.Stack);

        public override bool Equals(object? obj) => Equals(obj as Machine);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            foreach (var value in _registers)
            {
                hash.Add(value);
            }

            hash.Add(Stack.Count);
            return hash.ToHashCode();
        }
    }
}
