using System.Collections.Immutable;
using NetEdit.State;

namespace NetEdit.PolicyEngine;

/// <content>The same precedence for one connection at a time.</content>
internal sealed partial class ChainComposer
{
    /// <summary>What the policies of the chain give one connection; empty when none matches.</summary>
    /// <param name="direction">Who opened it.</param>
    /// <param name="peer">Its remote address.</param>
    /// <param name="port">The server's port.</param>
    public ImmutableArray<GivenFeature> Explain(Direction direction, IpPrefix peer, ushort port)
    {
        List<Claim> claims = [.. Enumerable.Range(0, _contenders.Length).Where(contender => _entries[contender].Length > 0).Select(contender => BestClaim(contender, direction, peer, port)).OfType<Claim>()];
        claims.Sort((one, other) => Beats(one, other) ? -1 : Beats(other, one) ? 1 : 0);
        List<Claim>[] bySlot = [.. _stages.Select((_, slot) => claims.FindAll(claim => Array.Exists(_entries[claim.Contender], entry => entry.Slot == slot)))];
        var winners = Array.ConvertAll(bySlot, slot => slot.Count > 0 ? slot[0] : new Claim(None, 0, 0));
        var clashes = new LostFeature?[winners.Length];
        if (_mayClash)
        {
            Settle(winners, (winner, loser, clash) => clashes[loser.Slot] = Lost(winner.Claim, loser.Claim, loser.Slot, $"; {clash}"));
        }

        return [.. from slot in Enumerable.Range(0, winners.Length) where bySlot[slot].Count > 0 select Given(slot, bySlot[slot], clashes[slot])];
    }

    // The longest matching prefix, and the narrowest range of ports that matches together with it.
    private Claim? BestClaim(int contender, Direction direction, IpPrefix peer, ushort port)
    {
        Claim? best = null;
        foreach (var selector in _contenders[contender].Selectors.Where(selector => selector.Directions.Contains(direction)))
        {
            if (WidthOf(selector, port) is not { } width)
            {
                continue;
            }

            foreach (var prefix in selector.Peers.Where(prefix => prefix.Contains(peer)))
            {
                var claim = new Claim(contender, prefix.Length, width);
                best = best is null || Beats(claim, best.Value) ? claim : best;
            }
        }

        return best;
    }

    private static int? WidthOf(ConnectionSelector selector, ushort port) => selector.Ports.IsEmpty
        ? PrefixEntry.AnyPort
        : selector.Ports.Where(ports => ports.First <= port && port <= ports.Last).Min(ports => (int?)(ports.Last - ports.First));

    private GivenFeature Given(int slot, List<Claim> claims, LostFeature? clash)
    {
        var winner = EntryOf(claims[0], slot).Feature;
        var lost = claims.Skip(1).Take(PolicyLimits.Contests).Select(claim => Lost(claims[0], claim, slot, ""));
        return clash is null
            ? new GivenFeature(winner.Name, _contenders[claims[0].Contender].Policy.Name, winner.Values, winner.Stage.Program.Live is not null, [.. lost])
            : new GivenFeature(winner.Name, null, "", winner.Stage.Program.Live is not null, [clash, .. lost]);
    }

    private LostFeature Lost(Claim winner, Claim loser, int slot, string clash) =>
        new(_contenders[loser.Contender].Policy.Name, EntryOf(loser, slot).Feature.Values, _contenders[winner.Contender].Policy.Name, Rule(winner, loser) + clash);
}
