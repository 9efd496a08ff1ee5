namespace NetEdit.Model;

/// <summary>Moves a pin to the path at which this version looks for it.</summary>
/// <param name="From">Path at which another version put the pin.</param>
/// <param name="To">Path at which the pin belongs.</param>
/// <param name="Why">The reason.</param>
public sealed record MovePin(string From, string To, string Why) : PlanAction(Why)
{
    /// <inheritdoc/>
    public override ActionPhase Phase => ActionPhase.MovePins;

    /// <inheritdoc/>
    public override ActionDescription Description => ActionDescription.Change("move", "pin", From, To);
}

/// <summary>Removes a pin that belongs to nothing.</summary>
/// <param name="Path">Path of the pin.</param>
/// <param name="Why">The reason.</param>
public sealed record RemoveOrphan(string Path, string Why) : PlanAction(Why)
{
    /// <inheritdoc/>
    public override ActionPhase Phase => ActionPhase.RemoveOrphans;

    /// <inheritdoc/>
    public override ActionDescription Description => ActionDescription.Remove("remove", "orphan", Path);
}
