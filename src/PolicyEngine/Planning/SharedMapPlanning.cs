using System.Numerics;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Plans for the shared maps.</summary>
internal static class SharedMapPlanning
{
    // Room for as many again: during a change the old profiles and the new ones are there.
    private const int Spare = 2;

    /// <summary>Makes the maps, makes room in them, pauses, and removes what no chain uses any more.</summary>
    public static IEnumerable<PlanAction> Find(PlanInput input) => [.. Prepare(input), .. Remove(input)];

    private static IEnumerable<PlanAction> Prepare(PlanInput input)
    {
        var (desired, observed) = (input.Desired, input.Observed);
        var room = Room(desired, observed);
        if (input.CreatesMaps)
        {
            yield return new CreateSharedMaps(
                room,
                desired.Pauses,
                observed.FormerMaps.IsEmpty
                    ? "a scope is to be tuned and the shared maps do not exist"
                    : "the shared maps that exist are of another version's layout"
            );
            yield break;
        }

        if (!observed.SharedMaps || desired.Chains.IsEmpty)
        {
            yield break;
        }

        if (observed.SharedPinsMissing)
        {
            yield return new RestoreSharedPins("a pin of the shared maps is gone");
        }

        if (room.Profiles > observed.ProfileRoom)
        {
            yield return new GrowTables(
                room,
                $"the tables have room for {observed.ProfileRoom} profiles, and some may be added"
            );
        }
        else if (room.Events > observed.EventRoom)
        {
            yield return new GrowTables(
                room,
                $"{observed.Events} of {observed.EventRoom} counters of refusals and conflicts are in use"
            );
        }
        else if (observed.Unfinished)
        {
            yield return new GrowTables(
                room,
                "a growth or a switch of rules was interrupted, and left tables that are not in use"
            );
        }

        if (!desired.Pauses.SetEquals(observed.Pauses))
        {
            yield return new SetPauses(desired.Pauses, "what is paused changed");
        }
    }

    private static IEnumerable<PlanAction> Remove(PlanInput input)
    {
        var (desired, observed) = (input.Desired, input.Observed);
        if (input.SomeStay)
        {
            yield break;
        }

        foreach (var path in observed.FormerMaps)
        {
            yield return new RemoveFormerMaps(path, "every chain uses the maps of this version");
        }

        if (observed.SharedMaps && desired.Chains.IsEmpty)
        {
            yield return new RemoveSharedMaps("nothing is tuned any more");
        }
    }

    private static TableRoom Room(DesiredState desired, ObservedState observed)
    {
        var profiles = observed.Profiles.Keys.Union(desired.Profiles.Select(profile => profile.Id)).Count();
        return new TableRoom(
            profiles > observed.ProfileRoom
                ? Size(profiles * Spare, TableRoom.Least.Profiles)
                : Math.Max(observed.ProfileRoom, TableRoom.Least.Profiles),
            observed.Events * Spare > observed.EventRoom
                ? Size(observed.Events * Spare * Spare, TableRoom.Least.Events)
                : Math.Max(observed.EventRoom, TableRoom.Least.Events)
        );
    }

    private static int Size(int entries, int least) =>
        Math.Max(least, (int)BitOperations.RoundUpToPowerOf2((uint)entries));
}
