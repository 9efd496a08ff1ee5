namespace NetEdit.Model;

/// <summary>Notes in the journal what a sysctl was, and sets it.</summary>
/// <param name="Sysctl">The sysctl.</param>
/// <param name="Paused">Whether it has its original value until it is resumed.</param>
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

/// <summary>Gives a sysctl its original value again, unless somebody else has changed it meanwhile, and forgets it.</summary>
/// <param name="Key">Which.</param>
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

/// <summary>Forgets a sysctl; it stays as it is.</summary>
/// <param name="Key">Which.</param>
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
