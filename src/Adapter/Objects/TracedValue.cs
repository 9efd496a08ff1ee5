namespace NetEdit.Adapter.Objects;

/// <summary>What is known of a value on a path through a program.</summary>
internal enum TracedKind
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

/// <summary>A value on a path through a program.</summary>
/// <param name="Kind">What is known of it.</param>
/// <param name="Number">The constant, or the bits that were added to what the chain gave; 0 otherwise.</param>
internal sealed record TracedValue(TracedKind Kind, int Number)
{
    public static TracedValue Unknown { get; } = new(TracedKind.Unknown, 0);

    public static TracedValue Constant(int number) => new(TracedKind.Constant, number);
}
