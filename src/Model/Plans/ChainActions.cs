namespace NetEdit.Model;

/// <summary>Loads a chain and attaches it to a scope that has none.</summary>
/// <param name="Chain">The chain.</param>
/// <param name="Why">The reason.</param>
public sealed record AttachChain(DesiredChain Chain, string Why) : PlanAction(Why)
{
    /// <summary>Whether a scope around this one, or inside it, has a chain. Its connections may then change hands.</summary>
    public bool IsNested { get; init; }

    /// <inheritdoc/>
    public override bool NeedsRecords => IsNested;

    /// <inheritdoc/>
    public override ActionPhase Phase => ActionPhase.ChangeChains;

    /// <inheritdoc/>
    public override ActionDescription Description =>
        ActionDescription.Create("attach", "chain", Chain.Scope, Chain.StagesText);

    /// <inheritdoc/>
    public override ChangeTarget Target => new ScopeTarget(Chain.Scope);

    /// <inheritdoc/>
    public override string Cgroup => Chain.Scope;
}

/// <summary>Loads a chain and puts it in the place of the attached one, with one link update.</summary>
/// <param name="Chain">The chain.</param>
/// <param name="Why">The reason.</param>
public sealed record UpdateChain(DesiredChain Chain, string Why) : PlanAction(Why)
{
    /// <inheritdoc/>
    public override bool NeedsRecords => true;

    /// <inheritdoc/>
    public override ActionPhase Phase => ActionPhase.ChangeChains;

    /// <inheritdoc/>
    public override ActionDescription Description =>
        ActionDescription.Change("update", "chain", Chain.Scope, Chain.StagesText);

    /// <inheritdoc/>
    public override ChangeTarget Target => new ScopeTarget(Chain.Scope);

    /// <inheritdoc/>
    public override string Cgroup => Chain.Scope;
}

/// <summary>Pins the program of an attached chain again after somebody removed the pin.</summary>
/// <param name="Scope">Path of the cgroup.</param>
/// <param name="Why">The reason.</param>
public sealed record RestoreChainPin(string Scope, string Why) : PlanAction(Why)
{
    /// <inheritdoc/>
    public override ActionPhase Phase => ActionPhase.ChangeChains;

    /// <inheritdoc/>
    public override ActionDescription Description => ActionDescription.Change("restore", "pin", Scope);
}

/// <summary>Detaches and unpins the chain of a scope.</summary>
/// <param name="Scope">Path of the cgroup.</param>
/// <param name="Why">The reason.</param>
public sealed record DetachChain(string Scope, string Why) : PlanAction(Why)
{
    /// <summary>
    /// Whether the link holds a cgroup that was deleted. Its removal then takes no tuning away, and it is removed
    /// before a chain is attached to the new cgroup.
    /// </summary>
    public bool IsOfDeletedCgroup { get; init; }

    /// <inheritdoc/>
    public override bool NeedsRecords => !IsOfDeletedCgroup;

    /// <inheritdoc/>
    public override ActionPhase Phase => IsOfDeletedCgroup ? ActionPhase.ChangeChains : ActionPhase.DetachChains;

    /// <inheritdoc/>
    public override ActionDescription Description => ActionDescription.Remove("detach", "chain", Scope);

    /// <inheritdoc/>
    public override UndoRule Undo => UndoRule.FinalWhenDone;
}
