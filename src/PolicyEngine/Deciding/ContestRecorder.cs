using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>The connections of a chain that are told apart before their peers and ports are.</summary>
/// <param name="Direction">Who connects.</param>
/// <param name="Origin">Class of the socket's owner.</param>
/// <param name="Origins">The classes of the chain.</param>
internal readonly record struct ConnectionClass(Direction Direction, byte Origin, SocketOwnerClasses Origins)
{
    /// <summary>Whether a selector is for them.</summary>
    public bool IsOf(ConnectionSelector selector) =>
        selector.Directions.Contains(Direction) && Origins.Includes(Origin, selector);
}

/// <summary>Where rules by peer are made.</summary>
/// <param name="Chain">Key of the chain.</param>
/// <param name="Connections">Which connections.</param>
/// <param name="PortClass">Class of the server's port.</param>
/// <param name="Ports">The classes of the chain.</param>
internal readonly record struct RulePlace(uint Chain, ConnectionClass Connections, int PortClass, PortClasses Ports);

/// <summary>Records once for each two policies and features of a chain who won where, and by which rule.</summary>
internal sealed class ContestRecorder(ChainPolicies policies)
{
    private const int RangesShown = 3;

    private readonly HashSet<(int Winner, int Loser, int WinnersSlot, int LosersSlot)> _recorded = [];

    /// <summary>Records that a match wins a feature over another.</summary>
    public void Record(RulePlace place, IpPrefix peers, int slot, Match winner, Match loser)
    {
        if (policies.PolicyOf(winner) is { Observes: false } policy && winner != loser && policies.Beats(winner, loser))
        {
            Record(
                place,
                peers,
                (slot, winner),
                (slot, loser),
                policy.Share is { } share ? $"for {ShareText.Format(share)} of them" : null
            );
        }
    }

    /// <summary>Records that the feature of one match stays and that of another does not.</summary>
    /// <param name="place">Where.</param>
    /// <param name="peers">For which peers.</param>
    /// <param name="winner">The winner.</param>
    /// <param name="loser">The loser.</param>
    /// <param name="note">What is said besides the rule; may be null.</param>
    public void Record(
        RulePlace place,
        IpPrefix peers,
        (int Slot, Match Match) winner,
        (int Slot, Match Match) loser,
        string? note
    )
    {
        // What two policies of a wider scope have to settle is recorded with the chain of that scope.
        var (won, lost) = (policies.All[winner.Match.ScopedPolicy], policies.All[loser.Match.ScopedPolicy]);
        var isOurs = won.Depth == policies.Depth || lost.Depth == policies.Depth;
        if (
            (won != lost || note is not null)
            && isOurs
            && _recorded.Add((winner.Match.ScopedPolicy, loser.Match.ScopedPolicy, winner.Slot, loser.Slot))
        )
        {
            var rule = policies.Rule(winner.Match, loser.Match) + (note is null ? "" : "; " + note);
            ContestResult.Record(
                policies.FeatureOf(winner.Match, winner.Slot).Result,
                policies.FeatureOf(loser.Match, loser.Slot).Result,
                () => new Contest(won.Policy.Name, lost.Policy.Name, rule, Where(place, peers))
            );
        }
    }

    private string Where(RulePlace place, IpPrefix peers)
    {
        var text = policies.Scope == "/" ? "the whole host" : $"scope {policies.Scope}";
        if (peers.Length > 0)
        {
            text += $", peers {peers}";
        }

        text += place.Connections.Origins.Describe(place.Connections.Origin);
        if (place.PortClass == 0)
        {
            return text;
        }

        var ranges = place
            .Ports.Ranges.Where(range => range.Class == place.PortClass)
            .Take(RangesShown + 1)
            .Select(range => PortText.Format(range.Ports))
            .ToList();
        var more = ranges.Count > RangesShown ? " …" : "";
        return $"{text}, ports {string.Join(", ", ranges.Take(RangesShown))}{more}";
    }
}
