namespace NetEdit.Model;

/// <summary>
/// Gives the open connections of a scope what its rules give new connections, and takes back what the rules no longer
/// give.
/// </summary>
/// <param name="Chain">The chain in force at the scope.</param>
/// <param name="Walked">What is remembered once the walk has seen every socket.</param>
/// <param name="Why">The reason.</param>
public sealed record TuneSockets(DesiredChain Chain, WalkedState Walked, string Why) : PlanAction(Why)
{
    /// <inheritdoc/>
    public override ActionPhase Phase => ActionPhase.WalkSockets;

    /// <inheritdoc/>
    public override ActionDescription Description => ActionDescription.Change("tune", "sockets", Chain.Scope);

    /// <inheritdoc/>
    public override UndoRule Undo => UndoRule.Final;

    /// <inheritdoc/>
    public override string Cgroup => Chain.Scope;
}

/// <summary>
/// Takes from open connections what a chain set and its successor does not set. A congestion control returns to the
/// default of the socket's network namespace, and a clamp is lifted. What the application itself has set since then
/// stays. Afterwards the live program of the chain is removed.
/// </summary>
/// <param name="Scope">Scope of the chain that made the settings. Its live program is still pinned.</param>
/// <param name="Successor">
/// The chain whose rules apply to the sockets of this scope from now on; null if no chain does.
/// </param>
/// <param name="Why">The reason.</param>
public sealed record ReleaseSockets(string Scope, DesiredChain? Successor, string Why) : PlanAction(Why)
{
    /// <inheritdoc/>
    public override bool NeedsRecords => true;

    /// <inheritdoc/>
    public override ActionPhase Phase => ActionPhase.WalkSockets;

    /// <inheritdoc/>
    public override ActionDescription Description =>
        ActionDescription.Remove("release", "sockets", Scope, Successor is null ? "" : $"to {Successor.Scope}");

    /// <inheritdoc/>
    public override UndoRule Undo => UndoRule.Final;

    /// <inheritdoc/>
    public override string Cgroup => Scope;
}
