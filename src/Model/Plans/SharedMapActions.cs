using System.Collections.Immutable;

namespace NetEdit.Model;

/// <summary>Creates the maps that all chains share.</summary>
/// <param name="Room">How much they must hold.</param>
/// <param name="Pauses">What is paused from the start: texts of <see cref="PauseTarget"/>.</param>
/// <param name="Why">The reason.</param>
public sealed record CreateSharedMaps(TableRoom Room, ImmutableSortedSet<string> Pauses, string Why) : PlanAction(Why)
{
    /// <inheritdoc/>
    public override ActionPhase Phase => ActionPhase.PrepareMaps;

    /// <inheritdoc/>
    public override ActionDescription Description => ActionDescription.Create("create", "maps", "shared maps");
}

/// <summary>Number of entries for which the tables that grow have room.</summary>
/// <param name="Profiles">Profiles; each also has its counters.</param>
/// <param name="Events">Counters of refusals and conflicts.</param>
public sealed record TableRoom(int Profiles, int Events)
{
    /// <summary>The smallest tables that are made.</summary>
    public static TableRoom Least { get; } = new(64, 256);
}

/// <summary>Builds larger tables beside those in use and puts them in their place; no lookup ever meets an empty one.</summary>
/// <param name="Room">How much they must hold.</param>
/// <param name="Why">The reason.</param>
public sealed record GrowTables(TableRoom Room, string Why) : PlanAction(Why)
{
    /// <inheritdoc/>
    public override ActionPhase Phase => ActionPhase.PrepareMaps;

    /// <inheritdoc/>
    public override ActionDescription Description =>
        ActionDescription.Change(
            "grow",
            "maps",
            "shared maps",
            $"{Plural.Count(Room.Profiles, "profile")}, {Plural.Count(Room.Events, "event")}"
        );
}

/// <summary>Pins the shared maps again where somebody removed a pin; their contents stay.</summary>
/// <param name="Why">The reason.</param>
public sealed record RestoreSharedPins(string Why) : PlanAction(Why)
{
    /// <inheritdoc/>
    public override ActionPhase Phase => ActionPhase.PrepareMaps;

    /// <inheritdoc/>
    public override ActionDescription Description => ActionDescription.Change("restore", "pins", "shared maps");
}

/// <summary>Switches the tuning of exactly these targets off and of all others on, in one map write.</summary>
/// <param name="Pauses">Texts of <see cref="PauseTarget"/>.</param>
/// <param name="Why">The reason.</param>
public sealed record SetPauses(ImmutableSortedSet<string> Pauses, string Why) : PlanAction(Why)
{
    /// <inheritdoc/>
    public override ActionPhase Phase => ActionPhase.PrepareMaps;

    /// <inheritdoc/>
    public override ActionDescription Description =>
        ActionDescription.Change(
            Pauses.IsEmpty ? "resume" : "pause",
            "tuning",
            Pauses.IsEmpty ? "everything" : string.Join(", ", Pauses)
        );

    /// <inheritdoc/>
    public override UndoRule Undo => UndoRule.Kept;
}

/// <summary>Carries the counts of another version's shared maps over and removes those maps.</summary>
/// <param name="Path">Their directory.</param>
/// <param name="Why">The reason.</param>
public sealed record RemoveFormerMaps(string Path, string Why) : PlanAction(Why)
{
    /// <inheritdoc/>
    public override ActionPhase Phase => ActionPhase.RemoveMaps;

    /// <inheritdoc/>
    public override ActionDescription Description => ActionDescription.Remove("remove", "maps", Path);

    /// <inheritdoc/>
    public override UndoRule Undo => UndoRule.Final;
}

/// <summary>Removes the shared maps; the last thing to go.</summary>
/// <param name="Why">The reason.</param>
public sealed record RemoveSharedMaps(string Why) : PlanAction(Why)
{
    /// <inheritdoc/>
    public override ActionPhase Phase => ActionPhase.RemoveMaps;

    /// <inheritdoc/>
    public override ActionDescription Description => ActionDescription.Remove("remove", "maps", "shared maps");

    /// <inheritdoc/>
    public override UndoRule Undo => UndoRule.Final;
}
