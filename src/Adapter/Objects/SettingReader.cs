using System.Buffers.Binary;
using System.Collections.Immutable;

namespace NetEdit.Adapter.Objects;

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
        var seen = new HashSet<(int, TracedMachine)>();
        var open = new Stack<(int At, TracedMachine Machine)>([(start, TracedMachine.AtEntry)]);
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

    private void Step(int at, TracedMachine machine, Stack<(int At, TracedMachine Machine)> open)
    {
        const int LoadImmediate64 = 0x18;
        var instruction = _code.AsSpan(at * InstructionBytes, InstructionBytes);
        var (code, target, source) = (instruction[0], instruction[1] & 0xf, instruction[1] >> 4);
        var offset = BinaryPrimitives.ReadInt16LittleEndian(instruction[2..]);
        var immediate = BinaryPrimitives.ReadInt32LittleEndian(instruction[4..]);
        switch (code & 7)
        {
            case 0 when code == LoadImmediate64:
                open.Push((at + 2, machine.With(target, TracedValue.Unknown)));
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
                    (code & 7) == 2 ? TracedValue.Constant(immediate) : machine[source]
                );
                break;
            case 4 or 7: /* ALU, 32 and 64 bits */
                machine = machine.With(
                    target,
                    Computed(code, machine[target], (code & 8) == 0 ? TracedValue.Constant(immediate) : machine[source])
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
        TracedMachine machine,
        Stack<(int At, TracedMachine Machine)> open
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

    private void Note(int helper, TracedMachine machine)
    {
        if (helper == SetCallbackFlags)
        {
            _setsCallbacks = true;
        }
        else if (helper == SetSocketOption)
        {
            var (level, option) = (machine[2], machine[3]);
            if (level.Kind != TracedKind.Constant || option.Kind != TracedKind.Constant)
            {
                throw new BpfException(
                    $"a program of {_owner} gives bpf_setsockopt an option that is not written in its code: "
                        + $"what it sets cannot be checked"
                );
            }

            _options.Add((level.Number, option.Number));
        }
    }

    private static TracedValue Loaded(TracedMachine machine, int source, short offset) =>
        machine[source].Kind switch
        {
            TracedKind.Call when offset == CallbacksInCall => new TracedValue(TracedKind.Callbacks, 0),
            TracedKind.Stack => machine.Stack.GetValueOrDefault(offset, TracedValue.Unknown),
            _ => TracedValue.Unknown,
        };

    private TracedMachine Stored(TracedMachine machine, byte code, int target, short offset, TracedValue value)
    {
        const int Whole = 0x7b; /* a register, 64 bits */
        if (machine[target].Kind == TracedKind.Stack)
        {
            return machine.WithStack(offset, code == Whole ? value : TracedValue.Unknown);
        }

        if (machine[target].Kind == TracedKind.Call && offset == CallbacksInCall)
        {
            _callbacks |= value.Kind is TracedKind.Callbacks or TracedKind.Constant
                ? (uint)value.Number
                : uint.MaxValue;
        }

        return machine;
    }

    private static TracedValue Computed(byte code, TracedValue before, TracedValue operand) =>
        (code & 0xf0, before.Kind, operand.Kind) switch
        {
            (0xb0, _, _) => operand, /* MOV */
            (0x40, TracedKind.Constant or TracedKind.Callbacks, TracedKind.Constant) => before with
            {
                Number = before.Number | operand.Number,
            }, /* OR */
            (0x40, TracedKind.Constant, TracedKind.Callbacks) => operand with
            {
                Number = before.Number | operand.Number,
            },
            _ => TracedValue.Unknown,
        };
}
