using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>The precedence of a chain's policies for one connection at a time: the same as <see cref="ChainComposer"/> has it for all of them.</summary>
/// <param name="policies">The policies of the chain.</param>
internal sealed class ConnectionContest(ChainPolicies policies)
{
    /// <summary>What the policies of the chain give one connection, and the profile that says so; no features when none matches.</summary>
    /// <param name="chain">Key of the chain.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="arms">What it was drawn for, as far as that is known.</param>
    public (ImmutableArray<GivenFeature> Features, ulong Profile) Explain(
        uint chain,
        ConnectionFacts connection,
        ImmutableArray<PolicyArm> arms
    )
    {
        List<Match> matches =
        [
            .. Enumerable
                .Range(0, policies.All.Length)
                .Where(policy => policies.FeaturesOf(policy).Length > 0)
                .Select(policy => BestMatch(policy, connection))
                .OfType<Match>(),
        ];
        matches.Sort(
            (one, other) =>
                policies.Beats(one, other) ? -1
                : policies.Beats(other, one) ? 1
                : 0
        );
        List<Match>[] bySlot =
        [
            .. policies.Stages.Select(
                (_, slot) =>
                    matches.FindAll(match =>
                        Array.Exists(policies.FeaturesOf(match.ScopedPolicy), feature => feature.Slot == slot)
                    )
            ),
        ];
        var shared = bySlot
            .SelectMany(slot =>
                slot.Take(slot.FindIndex(policies.IsUnconditional) is var firm and >= 0 ? firm + 1 : slot.Count)
            )
            .Where(match => policies.PolicyOf(match).Share is not null)
            .Select(match => match.ScopedPolicy)
            .Distinct()
            .Order()
            .Take(ProfileSplit.Most)
            .ToList();
        bool IsAbsent(Match match) =>
            policies.PolicyOf(match) is { Share: not null, Name: var name }
            && !(shared.Contains(match.ScopedPolicy) && arms.Contains(new PolicyArm(name, Treated: true)));
        Match Strongest(List<Match> slot, Func<Match, bool> may) => slot.Where(may).Append(Match.Nobody).First();

        var given = Array.ConvertAll(
            bySlot,
            slot => Strongest(slot, match => !IsAbsent(match) && !policies.PolicyOf(match).Observes)
        );
        var observed = Array.ConvertAll(
            bySlot,
            slot =>
                Strongest(slot, match => !IsAbsent(match)) is var first
                && first != Match.Nobody
                && policies.PolicyOf(first).Observes
                    ? first
                    : Match.Nobody
        );
        var clashes = new LostFeature?[given.Length];
        var settled = policies.Settle(
            given,
            (winner, loser, clash) => clashes[loser.Slot] = Lost(winner.Match, loser.Match, loser.Slot, $"; {clash}")
        );
        var profile = new DesiredProfile(chain, policies.EntriesOf(settled))
        {
            Observed = policies.EntriesOf(observed),
            Arms =
            [
                .. shared
                    .Select(policy => policies.All[policy].Policy.Name)
                    .Select(policy => new PolicyArm(policy, arms.Contains(new PolicyArm(policy, Treated: true)))),
            ],
        };
        return (
            [
                .. from slot in Enumerable.Range(0, given.Length)
                where bySlot[slot].Count > 0
                select Given(slot, bySlot[slot], given[slot], clashes[slot], arms),
            ],
            profile.Id
        );
    }

    // The longest matching prefix, and the narrowest selector that matches together with it.
    private Match? BestMatch(int policy, ConnectionFacts connection)
    {
        Match? best = null;
        foreach (var selector in policies.All[policy].Selectors.Where(connection.IsFrom))
        {
            if (WidthOf(selector, connection.Port) is not { } width)
            {
                continue;
            }

            foreach (var prefix in selector.Peers.Where(prefix => prefix.Contains(connection.Peer)))
            {
                var match = new Match(policy, prefix.Length, width, Match.NamedBy(selector));
                best = best is null || policies.Beats(match, best.Value) ? match : best;
            }
        }

        return best;
    }

    private static int? WidthOf(ConnectionSelector selector, ushort port) =>
        selector.Ports.IsEmpty
            ? PrefixEntry.AnyPort
            : selector
                .Ports.Where(ports => ports.First <= port && port <= ports.Last)
                .Min(ports => (int?)(ports.Last - ports.First));

    private GivenFeature Given(
        int slot,
        List<Match> matches,
        Match winner,
        LostFeature? clash,
        ImmutableArray<PolicyArm> arms
    )
    {
        var (name, live) = (policies.Stages[slot].Feature, policies.Stages[slot].Program.Live is not null);
        var others = matches
            .Where(match => match != winner)
            .Take(PolicyLimits.Contests)
            .Select(match =>
                Why(match, arms) is { } why
                    ? new LostFeature(policies.PolicyOf(match).Name, ValuesOf(match, slot), null, why)
                    : Lost(winner, match, slot, "")
            );
        return winner == Match.Nobody ? new GivenFeature(name, null, "", live, [.. others])
            : clash is not null ? new GivenFeature(name, null, "", live, [clash, .. others])
            : new GivenFeature(name, policies.PolicyOf(winner).Name, ValuesOf(winner, slot), live, [.. others]);
    }

    // Why a policy that matches does not even contend; null when it does.
    private string? Why(Match match, ImmutableArray<PolicyArm> arms) =>
        policies.PolicyOf(match) switch
        {
            { Share: { } share, Name: var name } when !arms.Contains(new PolicyArm(name, Treated: true)) =>
                arms.Contains(new PolicyArm(name, Treated: false))
                    ? $"it is for {ShareText.Format(share)} of the connections, not this one"
                    : $"it is for {ShareText.Format(share)} of the connections, and this one was not drawn",
            { Observes: true } => "it observes: counted, not set",
            _ => null,
        };

    private LostFeature Lost(Match winner, Match loser, int slot, string clash) =>
        new(
            policies.PolicyOf(loser).Name,
            ValuesOf(loser, slot),
            policies.PolicyOf(winner).Name,
            policies.Rule(winner, loser) + clash
        );

    private string ValuesOf(Match match, int slot) => policies.FeatureOf(match, slot).Feature.Values;
}
