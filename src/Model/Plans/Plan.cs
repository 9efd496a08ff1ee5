using System.Collections.Immutable;

namespace NetEdit.Model;

/// <summary>The actions that bring the kernel from an observed to a desired state. Empty when they agree.</summary>
/// <param name="Revision">Revision of the policy set it leads to.</param>
/// <param name="Actions">In the order in which they must be executed: by their phases.</param>
public sealed record Plan(string Revision, ImmutableArray<PlanAction> Actions)
{
    /// <summary>Whether there is nothing to do.</summary>
    public bool IsEmpty => Actions.IsEmpty;
}
