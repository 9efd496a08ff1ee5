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
        List<Match> matches = [.. Enumerable.Range(0, _scopedPolicies.Length).Where(scopedPolicy => _entries[scopedPolicy].Length > 0).Select(scopedPolicy => BestMatch(scopedPolicy, connection)).OfType<Match>()];
        matches.Sort((one, other) => Beats(one, other) ? -1 : Beats(other, one) ? 1 : 0);
        List<Match>[] bySlot = [.. _stages.Select((_, slot) => matches.FindAll(match => Array.Exists(_entries[match.ScopedPolicy], entry => entry.Slot == slot)))];
        var shared = bySlot.SelectMany(slot => slot.Take(slot.FindIndex(IsUnconditional) is var firm and >= 0 ? firm + 1 : slot.Count))
            .Select(match => match.ScopedPolicy).Where(scopedPolicy => _scopedPolicies[scopedPolicy].Policy.Share is not null).Distinct().Order().Take(ProfileSplit.Most).ToList();
        bool IsAbsent(Match match) => PolicyOf(match).Share is not null && !(shared.Contains(match.ScopedPolicy) && arms.Contains(new PolicyArm(PolicyOf(match).Name, Treated: true)));
        Match Strongest(List<Match> slot, Func<Match, bool> may) => slot.Where(may).Append(Nobody).First();

        var given = Array.ConvertAll(bySlot, slot => Strongest(slot, match => !IsAbsent(match) && !PolicyOf(match).Observes));
        var observed = Array.ConvertAll(bySlot, slot => Strongest(slot, match => !IsAbsent(match)) is var first && first != Nobody && PolicyOf(first).Observes ? first : Nobody);
        var clashes = new LostFeature?[given.Length];
        var settled = !_mayClash ? given : Settle(given, (winner, loser, clash) => clashes[loser.Slot] = Lost(winner.Match, loser.Match, loser.Slot, $"; {clash}"));
        var profile = new DesiredProfile(chain, EntriesOf(settled))
        {
            Observed = EntriesOf(observed),
            Arms = [.. shared.Select(scopedPolicy => _scopedPolicies[scopedPolicy].Policy.Name).Select(policy => new PolicyArm(policy, arms.Contains(new PolicyArm(policy, Treated: true))))],
        };
        return ([.. from slot in Enumerable.Range(0, given.Length) where bySlot[slot].Count > 0 select Given(slot, bySlot[slot], given[slot], clashes[slot], arms)], profile.Id);
    }

    private Policy PolicyOf(Match match) => _scopedPolicies[match.ScopedPolicy].Policy;

    // The longest matching prefix, and the narrowest selector that matches together with it.
    private Match? BestMatch(int scopedPolicy, ConnectionFacts connection)
    {
        Match? best = null;
        foreach (var selector in _scopedPolicies[scopedPolicy].Selectors.Where(connection.IsFrom))
        {
            if (WidthOf(selector, connection.Port) is not { } width)
            {
                continue;
            }

            foreach (var prefix in selector.Peers.Where(prefix => prefix.Contains(connection.Peer)))
            {
                var match = new Match(scopedPolicy, prefix.Length, width, Named(selector));
                best = best is null || Beats(match, best.Value) ? match : best;
            }
        }

        return best;
    }

    private static int? WidthOf(ConnectionSelector selector, ushort port) => selector.Ports.IsEmpty
        ? PrefixEntry.AnyPort
        : selector.Ports.Where(ports => ports.First <= port && port <= ports.Last).Min(ports => (int?)(ports.Last - ports.First));

    private GivenFeature Given(int slot, List<Match> matches, Match winner, LostFeature? clash, ImmutableArray<PolicyArm> arms)
    {
        var (name, live) = (_stages[slot].Feature, _stages[slot].Program.Live is not null);
        var others = matches.Where(match => match != winner).Take(PolicyLimits.Contests).Select(match => Why(match, arms) is { } why
            ? new LostFeature(PolicyOf(match).Name, EntryOf(match, slot).Feature.Values, null, why)
            : Lost(winner, match, slot, ""));
        return winner == Nobody ? new GivenFeature(name, null, "", live, [.. others])
            : clash is not null ? new GivenFeature(name, null, "", live, [clash, .. others])
            : new GivenFeature(name, PolicyOf(winner).Name, EntryOf(winner, slot).Feature.Values, live, [.. others]);
    }

    // Why a policy that matches does not even contend; null when it does.
    private string? Why(Match match, ImmutableArray<PolicyArm> arms) => PolicyOf(match) switch
    {
        { Share: { } share, Name: var name } when !arms.Contains(new PolicyArm(name, Treated: true)) =>
            arms.Contains(new PolicyArm(name, Treated: false)) ? $"it is for {ShareText.Format(share)} of the connections, not this one" : $"it is for {ShareText.Format(share)} of the connections, and this one was not drawn",
        { Observes: true } => "it observes: counted, not set",
        _ => null,
    };

    private LostFeature Lost(Match winner, Match loser, int slot, string clash) =>
        new(PolicyOf(loser).Name, EntryOf(loser, slot).Feature.Values, PolicyOf(winner).Name, Rule(winner, loser) + clash);
}
