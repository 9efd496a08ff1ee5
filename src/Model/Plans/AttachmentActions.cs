using NetEdit.Bpf;

namespace NetEdit.Model;

/// <summary>Loads a program and attaches it where it is not.</summary>
/// <param name="Attachment">The program, its target and its parameters.</param>
/// <param name="Paused">Whether it does nothing until it is resumed.</param>
/// <param name="Why">The reason.</param>
public sealed record AttachProgram(DesiredAttachment Attachment, bool Paused, string Why) : PlanAction(Why)
{
    /// <inheritdoc/>
    public override ActionPhase Phase => ActionPhase.AttachPrograms;

    /// <inheritdoc/>
    public override ActionDescription Description =>
        ActionDescription.Create("attach", "program", Attachment.Key.ToString(), Attachment.VariantText);

    /// <inheritdoc/>
    public override ChangeTarget Target => new AttachmentTarget(Attachment.Key);

    /// <inheritdoc/>
    public override string? Cgroup => Attachment.Cgroup;
}

/// <summary>
/// Loads a program and puts it in the place of the one attached: in one step, or, where the hook has no such step, first the new
/// one and then the old one away.
/// </summary>
/// <param name="Attachment">The program, its target and its parameters.</param>
/// <param name="Paused">Whether it does nothing until it is resumed.</param>
/// <param name="Why">The reason.</param>
public sealed record UpdateProgram(DesiredAttachment Attachment, bool Paused, string Why) : PlanAction(Why)
{
    /// <inheritdoc/>
    public override ActionPhase Phase => ActionPhase.AttachPrograms;

    /// <inheritdoc/>
    public override ActionDescription Description =>
        ActionDescription.Change("update", "program", Attachment.Key.ToString(), Attachment.VariantText);

    /// <inheritdoc/>
    public override ChangeTarget Target => new AttachmentTarget(Attachment.Key);

    /// <inheritdoc/>
    public override string? Cgroup => Attachment.Cgroup;
}

/// <summary>Pauses or resumes an attached program: one map write.</summary>
/// <param name="Key">Which.</param>
/// <param name="Paused">Whether it does nothing until it is resumed.</param>
/// <param name="Why">The reason.</param>
public sealed record PauseProgram(AttachmentKey Key, bool Paused, string Why) : PlanAction(Why)
{
    /// <inheritdoc/>
    public override ActionPhase Phase => ActionPhase.AttachPrograms;

    /// <inheritdoc/>
    public override ActionDescription Description =>
        ActionDescription.Change(Paused ? "pause" : "resume", "program", Key.ToString());

    /// <inheritdoc/>
    public override UndoRule Undo => UndoRule.Kept;
}

/// <summary>Writes the parameters of an attached program: one map write.</summary>
/// <param name="Attachment">The program, its target and its parameters.</param>
/// <param name="Paused">Whether it does nothing until it is resumed.</param>
/// <param name="Why">The reason.</param>
public sealed record WriteParameters(DesiredAttachment Attachment, bool Paused, string Why) : PlanAction(Why)
{
    /// <inheritdoc/>
    public override ActionPhase Phase => ActionPhase.AttachPrograms;

    /// <inheritdoc/>
    public override ActionDescription Description =>
        ActionDescription.Change("write", "parameters", Attachment.Key.ToString(), $"by {Attachment.Policy}");
}

/// <summary>Detaches and unpins a program.</summary>
/// <param name="Key">Which.</param>
/// <param name="Why">The reason.</param>
public sealed record DetachProgram(AttachmentKey Key, string Why) : PlanAction(Why)
{
    /// <summary>Whether it is no longer attached to its target, so nothing loses its tuning before a program is attached there again.</summary>
    public bool IsLoose { get; init; }

    /// <inheritdoc/>
    public override ActionPhase Phase => IsLoose ? ActionPhase.AttachPrograms : ActionPhase.DetachPrograms;

    /// <inheritdoc/>
    public override ActionDescription Description => ActionDescription.Remove("detach", "program", Key.ToString());

    /// <inheritdoc/>
    public override UndoRule Undo => UndoRule.FinalWhenDone;
}
