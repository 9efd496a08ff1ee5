using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>What came of an action.</summary>
/// <param name="Rejections">Programs the kernel would not have; when there are any, nothing has changed.</param>
/// <param name="Undo">Takes the change back; null when there is nothing to take back, or no way.</param>
/// <param name="Held">Kernel objects that taking back needs, held until the plan has ended.</param>
internal readonly record struct Outcome(
    ImmutableArray<Rejection> Rejections,
    Action? Undo,
    ImmutableArray<IDisposable> Held
)
{
    /// <summary>Done, and not to be undone.</summary>
    internal static Outcome Done { get; } = new([], null, []);

    /// <summary>Done; this takes it back.</summary>
    internal static Outcome Undoable(Action undo, params ImmutableArray<IDisposable> held) => new([], undo, held);

    /// <summary>The kernel refused programs.</summary>
    internal static Outcome Refused(ImmutableArray<Rejection> rejections) => new(rejections, null, []);
}
