namespace NetEdit.Model;

/// <summary>Gives the open connections of a scope what its rules give new ones, and takes back what they no longer give.</summary>
/// <param name="Chain">The chain in force at the scope.</param>
/// <param name="Walked">What is remembered once every socket was seen.</param>
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
/// Takes from open connections what a chain set and its successor does not: a congestion control goes back to the default of
/// the socket's network namespace, a clamp is lifted. What the application has set itself since stays. Then the live program
/// of the chain is removed.
/// </summary>
/// <param name="Scope">Scope of the chain that set it; its live program is still held.</param>
/// <param name="Successor">The chain whose rules hold from now on for the sockets of its scope; null when there is none.</param>
/// <param name="Why">The reason.</param>
public sealed record ReleaseSockets(string Scope, DesiredChain? Successor, string Why) : PlanAction(Why)
{
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
