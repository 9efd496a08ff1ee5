namespace NetEdit.Model;

/// <summary>
/// One change to the kernel. An action is atomic: it happens as a whole or not at all. Whatever orders, executes,
/// undoes or reports actions asks the action itself, and so need not know which kinds of actions exist.
/// </summary>
/// <param name="Why">The reason for the action, as a clause for a person.</param>
public abstract record PlanAction(string Why)
{
    /// <summary>The phase of the plan in which the action is executed.</summary>
    public abstract ActionPhase Phase { get; }

    /// <summary>What the action does, in words.</summary>
    public abstract ActionDescription Description { get; }

    /// <summary>What happens to the action, and to the actions before it, if a later action fails.</summary>
    public virtual UndoRule Undo => UndoRule.Undone;

    /// <summary>
    /// Whether the rules no longer tell what open connections were given once the action is executed, so that each of
    /// them needs a record before.
    /// </summary>
    public virtual bool NeedsRecords => false;

    /// <summary>
    /// What the next plan leaves as it is if this action fails, so that the rest can be done; null if nothing can be
    /// left out.
    /// </summary>
    public virtual ChangeTarget? Target => null;

    /// <summary>
    /// Path of the cgroup that the action works on; null if it works on none. If that cgroup was deleted meanwhile,
    /// this explains a failure.
    /// </summary>
    public virtual string? Cgroup => null;
}

/// <summary>What happens to an action if a later action fails.</summary>
public enum UndoRule
{
    /// <summary>The action is undone.</summary>
    Undone,

    /// <summary>The action stays, because the operator asked for it.</summary>
    Kept,

    /// <summary>
    /// The action stays, and so do the actions before it. Once it is executed, what was attached is no longer in force.
    /// </summary>
    FinalWhenDone,

    /// <summary>
    /// The action stays, and so do the actions before it, even if this action itself fails. When it begins, the new
    /// state is in force.
    /// </summary>
    Final,
}
