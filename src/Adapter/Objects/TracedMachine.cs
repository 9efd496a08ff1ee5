using System.Collections.Immutable;

namespace NetEdit.Adapter.Objects;

/// <summary>Registers and stack at one point of one path.</summary>
internal sealed class TracedMachine : IEquatable<TracedMachine>
{
    private const int FramePointer = 10;
    private const int Arguments = 5;
    private readonly ImmutableArray<TracedValue> _registers;

    private TracedMachine(ImmutableArray<TracedValue> registers, ImmutableSortedDictionary<short, TracedValue> stack) =>
        (_registers, Stack) = (registers, stack);

    /// <summary>The second argument of a stage is its call; that of another function is nothing of interest.</summary>
    public static TracedMachine AtEntry { get; } =
        new(
            ImmutableArray.CreateRange(
                Enumerable
                    .Range(0, FramePointer + 1)
                    .Select(register =>
                        register switch
                        {
                            2 => new TracedValue(TracedKind.Call, 0),
                            FramePointer => new TracedValue(TracedKind.Stack, 0),
                            _ => TracedValue.Unknown,
                        }
                    )
            ),
            ImmutableSortedDictionary<short, TracedValue>.Empty
        );

    public ImmutableSortedDictionary<short, TracedValue> Stack { get; }

    public TracedValue this[int register] => register <= FramePointer ? _registers[register] : TracedValue.Unknown;

    public TracedMachine With(int register, TracedValue value) =>
        register < FramePointer ? new(_registers.SetItem(register, value), Stack) : this;

    public TracedMachine WithStack(short offset, TracedValue value) =>
        new(_registers, value.Kind == TracedKind.Unknown ? Stack.Remove(offset) : Stack.SetItem(offset, value));

    public TracedMachine AfterCall() =>
        new([.. _registers.Select((value, register) => register <= Arguments ? TracedValue.Unknown : value)], Stack);

    public bool Equals(TracedMachine? other) =>
        other is not null
        && _registers.AsSpan().SequenceEqual(other._registers.AsSpan())
        && Stack.SequenceEqual(other.Stack);

    public override bool Equals(object? obj) => Equals(obj as TracedMachine);

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
