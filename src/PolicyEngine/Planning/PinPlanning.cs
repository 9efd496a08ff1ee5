using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Plans for pins that belong to nothing, or elsewhere.</summary>
internal static class PinPlanning
{
    /// <summary>Removes orphans and moves what another version put elsewhere.</summary>
    public static IEnumerable<PlanAction> Find(PlanInput input) =>
        [
            .. input.Observed.Orphans.Select(orphan => new RemoveOrphan(orphan.Path, orphan.Reason)),
            .. input.Observed.Misplaced.Select(pin => new MovePin(
                pin.From,
                pin.To,
                "another version of netedit put it there"
            )),
        ];
}
