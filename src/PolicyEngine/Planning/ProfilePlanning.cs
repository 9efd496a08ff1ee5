using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Plans for profiles.</summary>
internal static class ProfilePlanning
{
    /// <summary>
    /// Writes what is new or has another value, and deletes what no rule refers to any more. While walks wait for the end of a
    /// pause, nothing is deleted: sockets refer to the old profiles.
    /// </summary>
    public static IEnumerable<PlanAction> Find(PlanInput input) =>
        [
            .. input.Desired.Profiles.Select(profile => Write(profile, input.Observed)).OfType<WriteProfile>(),
            .. WalkPlanning.TuningWaits(input) ? [] : Delete(input.Desired, input.Observed),
        ];

    /// <summary>What the kernel lacks of a feature of a policy. An earlier chain that gives it alike has profiles of its own.</summary>
    public static string? Lack(PlanInput input, FeatureUse use)
    {
        var earlier = input
            .Desired.Chains.Where(chain => use.IsIn(chain) && !ChainPlanning.IsAttached(chain, input))
            .Select(chain => chain.Key)
            .ToHashSet();
        return input.Desired.Profiles.Any(profile =>
            !earlier.Contains(profile.Chain)
            && profile.Entries.Any(entry => entry.Feature == use.Feature && entry.Policy == use.Policy)
            && !(input.Observed.Profiles.TryGetValue(profile.Id, out var value) && IsSame(profile, value))
        )
            ? $"the parameters of {use.Policy} are not in the kernel"
            : null;
    }

    private static bool IsSame(DesiredProfile profile, ImmutableArray<byte> value) =>
        value.AsSpan().SequenceEqual(profile.Value.AsSpan());

    private static WriteProfile? Write(DesiredProfile profile, ObservedState observed) =>
        !observed.Profiles.TryGetValue(profile.Id, out var value)
            ? new WriteProfile(profile, Replaces: false, $"new: {Describe(profile)}")
        : !IsSame(profile, value) ? new WriteProfile(profile, Replaces: true, $"a value changed: {Describe(profile)}")
        : null;

    private static IEnumerable<PlanAction> Delete(DesiredState desired, ObservedState observed)
    {
        var wanted = desired.Profiles.Select(profile => profile.Id).ToHashSet();
        return observed
            .Profiles.Keys.Where(id => !wanted.Contains(id))
            .Select(id => new DeleteProfile(id, "no rule refers to it"));
    }

    private static string Describe(DesiredProfile profile) =>
        profile.Split is { } split
            ? ShareText.Format((int)Math.Round((double)split.Share * PolicyLimits.WholeShare / ProfileSplit.Whole))
                + $" of the connections of {split.Policy}"
        : profile.Listeners is { } listeners
            ? string.Join(", ", listeners.Given.Select(entry => $"{entry.Feature} of {entry.Policy} (listeners)"))
        : string.Join(
            ", ",
            [
                .. profile.Entries.Select(entry => $"{entry.Feature} of {entry.Policy}"),
                .. profile.Observed.Select(entry => $"{entry.Feature} of {entry.Policy} (observed)"),
                .. profile.Arms.Where(arm => !arm.Treated).Select(arm => $"without {arm.Policy}"),
            ]
        );
}
