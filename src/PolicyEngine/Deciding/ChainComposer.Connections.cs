using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <content>The same precedence for one connection at a time.</content>
internal sealed partial class ChainComposer
{
    /// <summary>What the policies of the chain give one connection, and the profile that says so; no features when none matches.</summary>
    /// <param name="chain">Key of the chain.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="arms">What it was drawn for, as far as that is known.</param>
    public (ImmutableArray<GivenFeature> Features, ulong Profile) Explain(uint chain, ConnectionFacts connection, ImmutableArray<PolicyArm> arms)
    {
        List<Claim> claims = [.. Enumerable.Range(0, _contenders.Length).Where(contender => _entries[contender].Length > 0).Select(contender => BestClaim(contender, connection)).OfType<Claim>()];
        claims.Sort((one, other) => Beats(one, other) ? -1 : Beats(other, one) ? 1 : 0);
        List<Claim>[] bySlot = [.. _stages.Select((_, slot) => claims.FindAll(claim => Array.Exists(_entries[claim.Contender], entry => entry.Slot == slot)))];
        var shared = bySlot.SelectMany(slot => slot.Take(slot.FindIndex(IsFirm) is var firm and >= 0 ? firm + 1 : slot.Count))
            .Select(claim => claim.Contender).Where(contender => _contenders[contender].Policy.Share is not null).Distinct().Order().Take(ProfileSplit.Most).ToList();
        bool IsAbsent(Claim claim) => PolicyOf(claim).Share is not null && !(shared.Contains(claim.Contender) && arms.Contains(new PolicyArm(PolicyOf(claim).Name, Treated: true)));
        Claim Strongest(List<Claim> slot, Func<Claim, bool> may) => slot.Where(may).Append(Nobody).First();

        var given = Array.ConvertAll(bySlot, slot => Strongest(slot, claim => !IsAbsent(claim) && !PolicyOf(claim).Observes));
        var observed = Array.ConvertAll(bySlot, slot => Strongest(slot, claim => !IsAbsent(claim)) is var first && first != Nobody && PolicyOf(first).Observes ? first : Nobody);
        var clashes = new LostFeature?[given.Length];
        var settled = !_mayClash ? given : Settle(given, (winner, loser, clash) => clashes[loser.Slot] = Lost(winner.Claim, loser.Claim, loser.Slot, $"; {clash}"));
        var profile = new DesiredProfile(chain, EntriesOf(settled))
        {
            Observed = EntriesOf(observed),
            Arms = [.. shared.Select(contender => _contenders[contender].Policy.Name).Select(policy => new PolicyArm(policy, arms.Contains(new PolicyArm(policy, Treated: true))))],
        };
        return ([.. from slot in Enumerable.Range(0, given.Length) where bySlot[slot].Count > 0 select Given(slot, bySlot[slot], given[slot], clashes[slot], arms)], profile.Id);
    }

    private Policy PolicyOf(Claim claim) => _contenders[claim.Contender].Policy;

    // The longest matching prefix, and the narrowest selector that matches together with it.
    private Claim? BestClaim(int contender, ConnectionFacts connection)
    {
        Claim? best = null;
        foreach (var selector in _contenders[contender].Selectors.Where(connection.IsFrom))
        {
            if (WidthOf(selector, connection.Port) is not { } width)
            {
                continue;
            }

            foreach (var prefix in selector.Peers.Where(prefix => prefix.Contains(connection.Peer)))
            {
                var claim = new Claim(contender, prefix.Length, width, Named(selector));
                best = best is null || Beats(claim, best.Value) ? claim : best;
            }
        }

        return best;
    }

    private static int? WidthOf(ConnectionSelector selector, ushort port) => selector.Ports.IsEmpty
        ? PrefixEntry.AnyPort
        : selector.Ports.Where(ports => ports.First <= port && port <= ports.Last).Min(ports => (int?)(ports.Last - ports.First));

    private GivenFeature Given(int slot, List<Claim> claims, Claim winner, LostFeature? clash, ImmutableArray<PolicyArm> arms)
    {
        var (name, live) = (_stages[slot].Feature, _stages[slot].Program.Live is not null);
        var others = claims.Where(claim => claim != winner).Take(PolicyLimits.Contests).Select(claim => Why(claim, arms) is { } why
            ? new LostFeature(PolicyOf(claim).Name, EntryOf(claim, slot).Feature.Values, null, why)
            : Lost(winner, claim, slot, ""));
        return winner == Nobody ? new GivenFeature(name, null, "", live, [.. others])
            : clash is not null ? new GivenFeature(name, null, "", live, [clash, .. others])
            : new GivenFeature(name, PolicyOf(winner).Name, EntryOf(winner, slot).Feature.Values, live, [.. others]);
    }

    // Why a policy that matches does not even contend; null when it does.
    private string? Why(Claim claim, ImmutableArray<PolicyArm> arms) => PolicyOf(claim) switch
    {
        { Share: { } share, Name: var name } when !arms.Contains(new PolicyArm(name, Treated: true)) =>
            arms.Contains(new PolicyArm(name, Treated: false)) ? $"it is for {ShareText.Format(share)} of the connections, not this one" : $"it is for {ShareText.Format(share)} of the connections, and this one was not drawn",
        { Observes: true } => "it observes: counted, not set",
        _ => null,
    };

    private LostFeature Lost(Claim winner, Claim loser, int slot, string clash) =>
        new(PolicyOf(loser).Name, EntryOf(loser, slot).Feature.Values, PolicyOf(winner).Name, Rule(winner, loser) + clash);
}
