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

    private static WriteProfile? Write(DesiredProfile profile, ObservedState observed) =>
        !observed.Profiles.TryGetValue(profile.Id, out var bytes) ? new WriteProfile(profile, Replaces: false, $"new: {Describe(profile)}")
        : !bytes.AsSpan().SequenceEqual(profile.Value.AsSpan()) ? new WriteProfile(profile, Replaces: true, $"a value changed: {Describe(profile)}")
        : null;

    private static IEnumerable<PlanAction> Delete(DesiredState desired, ObservedState observed)
    {
        var wanted = desired.Profiles.Select(profile => profile.Id).ToHashSet();
        return observed.Profiles.Keys.Where(id => !wanted.Contains(id)).Select(id => new DeleteProfile(id, "no rule refers to it"));
    }

    private static string Describe(DesiredProfile profile) => profile.Split is { } split
        ? $"{ShareText.Format((int)Math.Round((double)split.Share * PolicyLimits.WholeShare / ProfileSplit.Whole))} of the connections of {split.Policy}"
        : string.Join(", ", [
            .. profile.Entries.Select(entry => $"{entry.Feature} of {entry.Policy}"),
            .. profile.Observed.Select(entry => $"{entry.Feature} of {entry.Policy} (observed)"),
            .. profile.Arms.Where(arm => !arm.Treated).Select(arm => $"without {arm.Policy}")]);
}
