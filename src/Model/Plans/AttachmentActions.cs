using NetEdit.Bpf;

namespace NetEdit.Model;

/// <summary>Loads a standalone program and attaches it to a target to which it is not attached.</summary>
/// <param name="Attachment">The program, its target and its parameters.</param>
/// <param name="Paused">Whether the program does nothing until it is resumed.</param>
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
/// Loads a standalone program and puts it in the place of the attached one. This is a single step where the hook allows
/// it. Elsewhere the new program is attached first, and then the old one is detached.
/// </summary>
/// <param name="Attachment">The program, its target and its parameters.</param>
/// <param name="Paused">Whether the program does nothing until it is resumed.</param>
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

/// <summary>Pauses or resumes an attached program, with one map write.</summary>
/// <param name="Key">Key of the program.</param>
/// <param name="Paused">Whether the program does nothing until it is resumed.</param>
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

/// <summary>Writes the parameters of an attached program, with one map write.</summary>
/// <param name="Attachment">The program, its target and its parameters.</param>
/// <param name="Paused">Whether the program does nothing until it is resumed.</param>
/// <param name="Why">The reason.</param>
public sealed record WriteParameters(DesiredAttachment Attachment, bool Paused, string Why) : PlanAction(Why)
{
    /// <inheritdoc/>
    public override ActionPhase Phase => ActionPhase.AttachPrograms;

    /// <inheritdoc/>
    public override ActionDescription Description =>
        ActionDescription.Change("write", "parameters", Attachment.Key.ToString(), $"by {Attachment.Policy}");
}

/// <summary>Detaches and unpins a standalone program.</summary>
/// <param name="Key">Key of the program.</param>
/// <param name="Why">The reason.</param>
public sealed record DetachProgram(AttachmentKey Key, string Why) : PlanAction(Why)
{
    /// <summary>
    /// Whether the program is already detached from its target. Its removal then takes no tuning away, and it is
    /// removed before a program is attached there again.
    /// </summary>
    public bool IsLoose { get; init; }

    /// <inheritdoc/>
    public override ActionPhase Phase => IsLoose ? ActionPhase.AttachPrograms : ActionPhase.DetachPrograms;

    /// <inheritdoc/>
    public override ActionDescription Description => ActionDescription.Remove("detach", "program", Key.ToString());

    /// <inheritdoc/>
    public override UndoRule Undo => UndoRule.FinalWhenDone;
}
