namespace NetEdit.Model;

/// <summary>Records in the journal the value that a sysctl had before, and then sets the sysctl.</summary>
/// <param name="Sysctl">The sysctl.</param>
/// <param name="Paused">Whether the sysctl has its original value until it is resumed.</param>
/// <param name="Why">The reason.</param>
public sealed record SetSysctl(DesiredSysctl Sysctl, bool Paused, string Why) : PlanAction(Why)
{
    /// <inheritdoc/>
    public override ActionPhase Phase => ActionPhase.SetSysctls;

    /// <inheritdoc/>
    public override ActionDescription Description =>
        Paused
            ? ActionDescription.Change("pause", "sysctl", Sysctl.Key.Name, $"by {Sysctl.Policy}")
            : ActionDescription.Change("set", "sysctl", $"{Sysctl.Key.Name} = {Sysctl.Value}", $"by {Sysctl.Policy}");

    /// <inheritdoc/>
    public override UndoRule Undo => Paused ? UndoRule.Kept : UndoRule.Undone;

    /// <inheritdoc/>
    public override ChangeTarget Target => Sysctl.Group;
}

/// <summary>
/// Gives a sysctl its original value again, unless somebody else has changed it meanwhile, and deletes its entry from
/// the journal.
/// </summary>
/// <param name="Key">Key of the sysctl.</param>
/// <param name="Original">Its original value.</param>
/// <param name="Why">The reason.</param>
public sealed record RestoreSysctl(SysctlKey Key, string Original, string Why) : PlanAction(Why)
{
    /// <inheritdoc/>
    public override ActionPhase Phase => ActionPhase.RestoreSysctls;

    /// <inheritdoc/>
    public override ActionDescription Description =>
        ActionDescription.Remove("restore", "sysctl", $"{Key.Name} = {Original}");

    /// <inheritdoc/>
    public override UndoRule Undo => UndoRule.Final;

    /// <inheritdoc/>
    public override ChangeTarget Target => new SysctlTarget(Key);
}

/// <summary>Deletes the entry of a sysctl from the journal. The sysctl keeps its value.</summary>
/// <param name="Key">Key of the sysctl.</param>
/// <param name="Why">The reason.</param>
public sealed record ForgetSysctl(SysctlKey Key, string Why) : PlanAction(Why)
{
    /// <inheritdoc/>
    public override ActionPhase Phase => ActionPhase.RestoreSysctls;

    /// <inheritdoc/>
    public override ActionDescription Description => ActionDescription.Remove("forget", "sysctl", Key.Name);

    /// <inheritdoc/>
    public override UndoRule Undo => UndoRule.Final;
}
