namespace NetEdit.Model;

/// <summary>
/// One change to the kernel. Each is atomic: it happens as a whole or not at all. Whatever plans, executes, undoes or reports
/// changes asks the change itself, so none of them knows the kinds of changes that exist.
/// </summary>
/// <param name="Why">The reason, a clause for a person.</param>
public abstract record PlanAction(string Why)
{
    /// <summary>Its place in the order of a plan.</summary>
    public abstract ActionPhase Phase { get; }

    /// <summary>What it does, in words.</summary>
    public abstract ActionDescription Description { get; }

    /// <summary>What becomes of it, and of the actions before it, when a later action fails.</summary>
    public virtual UndoRule Undo => UndoRule.Undone;

    /// <summary>What the next plan leaves as it is when this fails, so that the rest is done; null when nothing can be left out.</summary>
    public virtual ChangeTarget? Target => null;

    /// <summary>Path of the cgroup that it works on; null when it works on none. That the cgroup was deleted explains a failure.</summary>
    public virtual string? Cgroup => null;
}

/// <summary>What becomes of an action when a later one fails.</summary>
public enum UndoRule
{
    /// <summary>It is undone.</summary>
    Undone,

    /// <summary>It stays: the operator asked for it.</summary>
    Kept,

    /// <summary>It stays, and so does what was done before it: once it is executed, what was attached is no longer in force.</summary>
    FinalWhenDone,

    /// <summary>It stays, and so does what was done before it, even if this action fails: when it begins, the new state is in force.</summary>
    Final,
}
