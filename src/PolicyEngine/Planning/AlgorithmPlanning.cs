using NetEdit.State;

namespace NetEdit.PolicyEngine;

/// <summary>Plans for congestion controls.</summary>
internal static class AlgorithmPlanning
{
    /// <summary>Registers what is new, changed, or held but not registered.</summary>
    public static IEnumerable<PlanAction> Register(DesiredState desired, ObservedState observed)
    {
        foreach (var algorithm in desired.Algorithms)
        {
            var digest = DesiredDigest.OfAlgorithm(algorithm);
            var known = observed.Algorithms.FirstOrDefault(candidate => string.Equals(candidate.Algorithm, algorithm.Program.Algorithm, StringComparison.Ordinal));
            if (known is null)
            {
                yield return new RegisterAlgorithm(algorithm, null, $"feature {algorithm.Feature} needs it");
            }
            else if (!string.Equals(known.Digest, digest, StringComparison.Ordinal))
            {
                yield return new RegisterAlgorithm(algorithm, known.Digest, $"its code changed from {known.Digest} to {digest}");
            }
            else if (!known.Registered)
            {
                yield return new RegisterAlgorithm(algorithm, known.Digest, "it is held but not registered");
            }
        }
    }

    /// <summary>Takes away what no feature needs. One that only drains is left to its sockets.</summary>
    public static IEnumerable<PlanAction> Unregister(DesiredState desired, ObservedState observed)
    {
        var wanted = desired.Algorithms.Select(algorithm => algorithm.Program.Algorithm).ToHashSet(StringComparer.Ordinal);
        return observed.Algorithms
            .Where(algorithm => algorithm.Registered && !wanted.Contains(algorithm.Algorithm))
            .Select(algorithm => new UnregisterAlgorithm(algorithm.Algorithm, "no policy in force needs it"));
    }
}
