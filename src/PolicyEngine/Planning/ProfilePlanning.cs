using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Plans for profiles.</summary>
internal static class ProfilePlanning
{
    /// <summary>Writes what is new.</summary>
    public static IEnumerable<PlanAction> Add(DesiredState desired, ObservedState observed) => desired.Profiles
        .Where(profile => !observed.Profiles.ContainsKey(profile.Id))
        .Select(profile => new WriteProfile(profile, Replaces: false, $"new: {Describe(profile)}"));

    /// <summary>Writes what has another value.</summary>
    public static IEnumerable<PlanAction> Change(DesiredState desired, ObservedState observed) => desired.Profiles
        .Where(profile => observed.Profiles.TryGetValue(profile.Id, out var bytes) && !bytes.AsSpan().SequenceEqual(DesiredDigest.EncodeProfile(profile)))
        .Select(profile => new WriteProfile(profile, Replaces: true, $"a value changed: {Describe(profile)}"));

    /// <summary>Deletes what no rule refers to any more.</summary>
    public static IEnumerable<PlanAction> Delete(DesiredState desired, ObservedState observed)
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
