using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>
/// A kind of object that the ledger holds: it reads its objects back, and executes the actions on them. A new kind is a class like
/// these and one for the difference in the engine's <c>Planning</c>; nothing else knows the kinds.
/// </summary>
internal interface IKernelKind
{
    /// <summary>Reads back what the kernel holds of this kind. Everything is found from pins and from what the kernel says of them, nothing from a file of ours.</summary>
    /// <exception cref="BpfException">The kernel does not tell.</exception>
    void Observe(Observation observation) { }

    /// <summary>Says which actions it executes, and how.</summary>
    void Handle(ActionHandlers handlers) { }
}

/// <summary>What was read back so far. Each kind adds what it finds.</summary>
internal sealed class Observation
{
    /// <summary>The state, without <see cref="Orphans"/> and <see cref="Misplaced"/>.</summary>
    internal ObservedState State { get; set; } = ObservedState.Empty;

    /// <summary>The shared maps, which are looked for first; null while no chain needs them.</summary>
    internal SharedMaps? Maps { get; set; }

    /// <summary>Pins of ours that belong to nothing.</summary>
    internal List<Orphan> Orphans { get; } = [];

    /// <summary>Pins that another version put elsewhere.</summary>
    internal List<MisplacedPin> Misplaced { get; } = [];

    /// <summary>The whole state.</summary>
    internal ObservedState Complete() => State with { Orphans = [.. Orphans], Misplaced = [.. Misplaced] };
}
