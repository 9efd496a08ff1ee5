using NetEdit.State;

namespace NetEdit.PolicyEngine;

/// <summary>Finds the actions that lead from what is to what should be. Pure.</summary>
public static class Planner
{
    /// <summary>Plans.</summary>
    /// <param name="desired">What should be.</param>
    /// <param name="observed">What is.</param>
    /// <param name="chainObjectDigest">Digest of the adapter's chain object.</param>
    public static Plan Plan(DesiredState desired, ObservedState observed, string chainObjectDigest) => throw new NotSupportedException();
}
