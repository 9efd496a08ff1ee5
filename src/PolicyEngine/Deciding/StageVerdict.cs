using System.Globalization;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Judges the stage of a feature. Pure.</summary>
internal static class StageVerdict
{
    /// <summary>Finds what keeps a stage from being in force wherever its policy asks for it; null when nothing does.</summary>
    /// <param name="result">How it fares among the other policies.</param>
    /// <param name="scopes">Number of the policy's cgroups.</param>
    /// <param name="exceeded">Those of them there was no room for.</param>
    /// <param name="limit">What there was no more room of; null when there was room.</param>
    public static Loss? Find(ContestResult result, int scopes, int exceeded, string? limit)
    {
        if (exceeded == scopes)
        {
            return new Loss(
                PolicyState.Failed,
                ReasonCodes.TooLarge,
                $"no room: the policies before it in precedence take all there may be ({limit})"
            );
        }

        if (!result.IsAdmitted)
        {
            return new Loss(PolicyState.Failed, ReasonCodes.TooLarge, NoSlot(result.FullScopes));
        }

        if (!result.Wins)
        {
            return new Loss(
                PolicyState.Conflict,
                ReasonCodes.Shadowed,
                result.Contests.FirstOrDefault() is { } lost
                    ? $"policy '{lost.Winner}' wins wherever it would apply ({lost.Rule})"
                    : "other policies win wherever it would apply"
            );
        }

        if (result.IsCrowded)
        {
            return new Loss(
                PolicyState.PartiallyActive,
                ReasonCodes.NotDivisible,
                $"some connections are for the shares of more than {ProfileSplit.Most} policies: this one, "
                    + $"which comes after them in precedence, leaves those alone"
            );
        }

        if (result.FullScopes.Count > 0)
        {
            return new Loss(PolicyState.PartiallyActive, ReasonCodes.TooLarge, NoSlot(result.FullScopes));
        }

        return exceeded == 0
            ? null
            : new Loss(
                PolicyState.PartiallyActive,
                ReasonCodes.TooLarge,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"no room in {exceeded} of its {scopes} cgroups: the others, and the policies "
                        + $"before it in precedence, take all there may be ({limit})"
                )
            );
    }

    private static string NoSlot(List<string> scopes) =>
        $"no slot: scope {scopes[0]}{(scopes.Count > 1 ? $" (and {scopes.Count - 1} more)" : "")} has "
        + $"{DesiredChain.MostStages} features of policies before it in precedence";
}
