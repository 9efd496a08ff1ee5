using System.Collections.Immutable;

namespace NetEdit.Model;

/// <summary>Creates the maps that all chains share.</summary>
/// <param name="Room">The room that the tables must have.</param>
/// <param name="Pauses">What is paused from the start, as texts of <see cref="PauseTarget"/>.</param>
/// <param name="Why">The reason.</param>
public sealed record CreateSharedMaps(TableRoom Room, ImmutableSortedSet<string> Pauses, string Why) : PlanAction(Why)
{
    /// <inheritdoc/>
    public override ActionPhase Phase => ActionPhase.PrepareMaps;

    /// <inheritdoc/>
    public override ActionDescription Description => ActionDescription.Create("create", "maps", "shared maps");
}

/// <summary>The numbers of entries for which the growing tables have room.</summary>
/// <param name="Profiles">Number of profiles. Each profile also has its counters.</param>
/// <param name="Events">Number of counters of refused settings and conflicts.</param>
public sealed record TableRoom(int Profiles, int Events)
{
    /// <summary>The room of the smallest tables: 64 profiles and 256 events.</summary>
    public static TableRoom Least { get; } = new(64, 256);
}

/// <summary>
/// Builds larger tables beside those in use and puts them in their place. No lookup ever finds an empty table.
/// </summary>
/// <param name="Room">The room that the tables must have.</param>
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

/// <summary>Pins the shared maps again after somebody removed a pin. The contents of the maps stay.</summary>
/// <param name="Why">The reason.</param>
public sealed record RestoreSharedPins(string Why) : PlanAction(Why)
{
    /// <inheritdoc/>
    public override ActionPhase Phase => ActionPhase.PrepareMaps;

    /// <inheritdoc/>
    public override ActionDescription Description => ActionDescription.Change("restore", "pins", "shared maps");
}

/// <summary>
/// Pauses the tuning of exactly these targets and resumes the tuning of all others. A target that is paused before and
/// after stays paused meanwhile.
/// </summary>
/// <param name="Pauses">The targets to pause, as texts of <see cref="PauseTarget"/>.</param>
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

/// <summary>Carries over the counts of another version's shared maps, and then removes those maps.</summary>
/// <param name="Path">Directory of those maps.</param>
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

/// <summary>Removes the shared maps, after everything else is removed.</summary>
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
