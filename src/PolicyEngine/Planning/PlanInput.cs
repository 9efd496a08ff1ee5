using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>What a plan is made from.</summary>
/// <param name="Desired">What should be.</param>
/// <param name="Observed">What is.</param>
/// <param name="ChainObjectDigest">Digest of the adapter's chain object.</param>
/// <param name="CreatesMaps">Whether the shared maps are made by this plan; chains that are attached hold maps that nothing else holds any more.</param>
internal sealed record PlanInput(
    DesiredState Desired,
    ObservedState Observed,
    string ChainObjectDigest,
    bool CreatesMaps
)
{
    /// <summary>Whether something is left as it is, which may use the shared maps.</summary>
    public bool SomeStay { get; init; }

    /// <summary>Whether everything is paused.</summary>
    public bool IsPaused => Desired.Pauses.Contains(PauseTarget.Everything);

    /// <summary>The input of a plan. Without the shared maps, nothing of what they held is left.</summary>
    public static PlanInput Of(DesiredState desired, ObservedState observed, string chainObjectDigest) =>
        new(
            desired,
            observed.SharedMaps
                ? observed
                : observed with
                {
                    Rules = RuleTable.Empty,
                    Profiles = ObservedState.Empty.Profiles,
                },
            chainObjectDigest,
            !observed.SharedMaps && !desired.Chains.IsEmpty
        );
}
