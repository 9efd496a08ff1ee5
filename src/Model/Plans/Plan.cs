using System.Collections.Immutable;

namespace NetEdit.Model;

/// <summary>
/// The actions that bring the kernel from an observed state to a desired state. A plan is empty if the two states
/// agree.
/// </summary>
/// <param name="Revision">Revision of the policy set that the plan leads to.</param>
/// <param name="Actions">The actions in the order in which they must be executed, sorted by phase.</param>
public sealed record Plan(string Revision, ImmutableArray<PlanAction> Actions)
{
    /// <summary>Whether the plan has no actions.</summary>
    public bool IsEmpty => Actions.IsEmpty;
}
