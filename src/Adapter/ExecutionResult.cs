using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.Adapter;

/// <summary>What came of a plan.</summary>
/// <param name="Done">Actions that were executed and stand, in order.</param>
/// <param name="Failed">The action that failed, or null when all were executed. With an error and no such action, a directory that the plan left empty stayed.</param>
/// <param name="Error">Why it failed, for a person: what was tried, on what, errno by name, what to do. It may hold names that others chose: nothing is to be learnt from it.</param>
/// <param name="Rejections">Programs the kernel refused; deciding again without them leads on.</param>
public sealed record ExecutionResult(
    ImmutableArray<PlanAction> Done,
    PlanAction? Failed,
    string? Error,
    ImmutableArray<Rejection> Rejections
)
{
    /// <summary>Whether the whole plan was executed.</summary>
    public bool Success => Error is null && !Interrupted;

    /// <summary>Whether it was interrupted between two actions. What was done stands; the next plan goes on from there.</summary>
    public bool Interrupted { get; init; }

    /// <summary>The errno of the call that failed; 0 when none did.</summary>
    public int Errno { get; init; }

    /// <summary>Walks over open connections, in order.</summary>
    public ImmutableArray<LiveWalkResult> Walks { get; init; } = [];

    /// <summary>Actions that had been executed and were undone because a later one failed, the last one first.</summary>
    public ImmutableArray<PlanAction> Undone { get; init; } = [];
}
