namespace NetEdit.Model;

/// <summary>Registers a congestion control, or replaces the registered one of the same name.</summary>
/// <param name="Algorithm">The congestion control.</param>
/// <param name="Replaces">
/// Digest of the congestion control that is replaced; null if none of this name is registered.
/// </param>
/// <param name="Why">The reason.</param>
public sealed record RegisterAlgorithm(DesiredAlgorithm Algorithm, string? Replaces, string Why) : PlanAction(Why)
{
    /// <inheritdoc/>
    public override ActionPhase Phase => ActionPhase.RegisterAlgorithms;

    /// <inheritdoc/>
    public override ActionDescription Description =>
        new(
            Replaces is null ? '+' : '~',
            Replaces is null ? "register" : "replace",
            "congestion-control",
            Algorithm.Program.Algorithm,
            $"{Algorithm.Feature} ({Algorithm.Variant})"
        );
}

/// <summary>Unregisters a congestion control. Sockets that run it keep it until they close.</summary>
/// <param name="Algorithm">Name of the congestion control.</param>
/// <param name="Drain">
/// Whether its pins stay while sockets run it. If false, the pins are removed at once, and the kernel frees the
/// congestion control with its last socket.
/// </param>
/// <param name="Why">The reason.</param>
public sealed record UnregisterAlgorithm(string Algorithm, bool Drain, string Why) : PlanAction(Why)
{
    /// <inheritdoc/>
    public override ActionPhase Phase => ActionPhase.UnregisterAlgorithms;

    /// <inheritdoc/>
    public override ActionDescription Description =>
        ActionDescription.Remove("unregister", "congestion-control", Algorithm);

    /// <inheritdoc/>
    public override UndoRule Undo => UndoRule.Final;
}
