using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Plans for congestion controls.</summary>
internal static class AlgorithmPlanning
{
    /// <summary>Registers what is new, changed, or has lost a pin, and unregisters what no feature needs. What only drains is left to its sockets.</summary>
    public static IEnumerable<PlanAction> Find(PlanInput input) =>
        [.. Register(input.Desired, input.Observed), .. Unregister(input.Desired, input.Observed)];

    /// <summary>Unregisters everything, also what only drains; no pin stays.</summary>
    public static IEnumerable<PlanAction> Uninstall(ObservedState observed) =>
        from algorithm in observed.Algorithms
        group algorithm by algorithm.Algorithm into algorithms
        let isRegistered = algorithms.Any(algorithm => algorithm.Registered)
        orderby isRegistered descending
        select new UnregisterAlgorithm(
            algorithms.Key,
            Drain: false,
            isRegistered ? "nothing is to be left" : "nothing is to be left; the kernel frees it with its last socket"
        );

    /// <summary>What the kernel lacks of a feature.</summary>
    public static string? Lack(PlanInput input, FeatureUse use) =>
        input.Desired.Algorithms.FirstOrDefault(algorithm =>
            algorithm.Feature == use.Feature && !IsRegistered(algorithm, input.Observed)
        )
            is { } missing
            ? NotRegistered(missing)
            : null;

    /// <summary>What is not registered and no attached chain asks for.</summary>
    public static IEnumerable<Rejection> Unregistered(DesiredState desired, ObservedState observed) =>
        from algorithm in desired.Algorithms
        where
            !IsRegistered(algorithm, observed)
            && !observed.Chains.Any(chain => chain.Features.Contains(algorithm.Feature, StringComparer.Ordinal))
        select new Rejection(
            algorithm.Feature,
            algorithm.Variant,
            algorithm.Program.Object.Digest,
            NotRegistered(algorithm)
        );

    private static bool IsRegistered(DesiredAlgorithm algorithm, ObservedState observed) =>
        Known(algorithm, observed) is { } known
        && string.Equals(known.Digest, DesiredDigest.OfAlgorithm(algorithm), StringComparison.Ordinal);

    private static string NotRegistered(DesiredAlgorithm algorithm) =>
        $"the congestion control {algorithm.Program.Algorithm} is not registered";

    private static ObservedAlgorithm? Known(DesiredAlgorithm algorithm, ObservedState observed) =>
        observed.Algorithms.FirstOrDefault(candidate =>
            candidate.Registered
            && string.Equals(candidate.Algorithm, algorithm.Program.Algorithm, StringComparison.Ordinal)
        );

    private static IEnumerable<PlanAction> Register(DesiredState desired, ObservedState observed)
    {
        foreach (var algorithm in desired.Algorithms)
        {
            var digest = DesiredDigest.OfAlgorithm(algorithm);
            var known = Known(algorithm, observed);
            if (known is null)
            {
                yield return new RegisterAlgorithm(algorithm, null, $"feature {algorithm.Feature} needs it");
            }
            else if (!string.Equals(known.Digest, digest, StringComparison.Ordinal))
            {
                yield return new RegisterAlgorithm(
                    algorithm,
                    known.Digest,
                    known.Digest.Length == 0 ? "its pins are gone" : $"its code changed from {known.Digest} to {digest}"
                );
            }
            else if (!known.Pinned)
            {
                yield return new RegisterAlgorithm(algorithm, known.Digest, "a pin of it is gone");
            }
        }
    }

    private static IEnumerable<PlanAction> Unregister(DesiredState desired, ObservedState observed)
    {
        var wanted = desired
            .Algorithms.Select(algorithm => algorithm.Program.Algorithm)
            .ToHashSet(StringComparer.Ordinal);
        return observed
            .Algorithms.Where(algorithm => algorithm.Registered && !wanted.Contains(algorithm.Algorithm))
            .Select(algorithm => new UnregisterAlgorithm(
                algorithm.Algorithm,
                Drain: true,
                "no policy in force needs it"
            ));
    }
}
