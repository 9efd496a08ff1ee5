using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Makes the profiles and splits of one chain, each once.</summary>
/// <param name="policies">The policies of the chain.</param>
/// <param name="contests">Told which features are not given because others set the same.</param>
/// <param name="budget">What may be used.</param>
internal sealed class ProfileComposer(ChainPolicies policies, ContestRecorder contests, CompositionBudget budget)
{
    private readonly Dictionary<int[], ulong> _ids = new(VectorComparer.Instance);
    private readonly HashSet<ulong> _splits = [];
    private readonly List<DesiredProfile> _made = [];

    /// <summary>The profiles and splits.</summary>
    public List<DesiredProfile> Made => _made;

    /// <summary>Makes the profile of matches, or the split that leads to it.</summary>
    /// <param name="place">Where they match.</param>
    /// <param name="peers">For which peers.</param>
    /// <param name="winners">By slot, the matches that some connection may go by.</param>
    /// <returns>Its id; null when there are too many.</returns>
    public ulong? Of(RulePlace place, IpPrefix peers, MatchList?[] winners)
    {
        if (!policies.IsLayered)
        {
            return Profile(
                place.Chain,
                Settle(place, peers, Array.ConvertAll(winners, list => list?.First ?? Match.Nobody)),
                [],
                []
            );
        }

        var shared = winners
            .SelectMany(list => list?.All ?? [])
            .Where(match => policies.PolicyOf(match).Share is not null)
            .Select(match => match.ScopedPolicy)
            .Distinct()
            .Order()
            .ToList();
        foreach (var crowded in shared.Skip(ProfileSplit.Most).SelectMany(policies.FeaturesOf))
        {
            crowded.Result.IsCrowded = true;
        }

        return Split(
            place,
            peers,
            winners,
            [.. shared.Take(ProfileSplit.Most).Select(policy => (policy, false))],
            0,
            [.. shared.Skip(ProfileSplit.Most)]
        );
    }

    // Arms are decided one after the other, the strongest policy's first.
    private ulong? Split(
        RulePlace place,
        IpPrefix peers,
        MatchList?[] winners,
        ImmutableArray<(int Policy, bool Treated)> arms,
        int decided,
        ImmutableArray<int> absent
    )
    {
        if (decided == arms.Length)
        {
            bool IsAbsent(Match match) =>
                absent.Contains(match.ScopedPolicy) || arms.Contains((match.ScopedPolicy, false));
            var given = Array.ConvertAll(
                winners,
                list => list?.Find(match => !IsAbsent(match) && !policies.PolicyOf(match).Observes) ?? Match.Nobody
            );
            var observed = Array.ConvertAll(
                winners,
                list =>
                    list?.Find(match => !IsAbsent(match)) is { } first && policies.PolicyOf(first).Observes
                        ? first
                        : Match.Nobody
            );
            return Profile(place.Chain, Settle(place, peers, given), observed, arms);
        }

        var drawn = arms[decided].Policy;
        if (
            Split(place, peers, winners, arms.SetItem(decided, (drawn, true)), decided + 1, absent) is not { } treated
            || Split(place, peers, winners, arms, decided + 1, absent) is not { } control
        )
        {
            return null;
        }

        var policy = policies.All[drawn].Policy;
        var share = Math.Max(1, (int)((long)ProfileSplit.Whole * policy.Share!.Value / PolicyLimits.WholeShare));
        var split = new DesiredProfile(place.Chain, new ProfileSplit(policy.Name, share, treated, control));
        if (_splits.Add(split.Id))
        {
            if (!budget.TakeProfile())
            {
                return null;
            }

            _made.Add(split);
        }

        return split.Id;
    }

    private ulong? Profile(uint chain, Match[] given, Match[] observed, ImmutableArray<(int Policy, bool Treated)> arms)
    {
        int[] vector =
        [
            .. given.Select(match => match.ScopedPolicy),
            .. observed.Select(match => match.ScopedPolicy),
            .. arms.SelectMany(arm => new[] { arm.Policy, arm.Treated ? 1 : 0 }),
        ];
        if (_ids.TryGetValue(vector, out var known))
        {
            return known;
        }

        if (!budget.TakeProfile())
        {
            return null;
        }

        var profile = new DesiredProfile(chain, policies.EntriesOf(given))
        {
            Observed = policies.EntriesOf(observed),
            Arms = [.. arms.Select(arm => new PolicyArm(policies.All[arm.Policy].Policy.Name, arm.Treated))],
            Measured =
            [
                .. given
                    .Concat(observed)
                    .Where(match => match.ScopedPolicy != Match.None)
                    .Select(match => match.ScopedPolicy)
                    .Concat(arms.Select(arm => arm.Policy))
                    .Select(policy => policies.All[policy].Policy)
                    .Where(policy => policy.Measures)
                    .Select(policy => policy.Name)
                    .Distinct(StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal),
            ],
        };
        _ids.Add(vector, profile.Id);
        _made.Add(profile);
        return profile.Id;
    }

    private Match[] Settle(RulePlace place, IpPrefix peers, Match[] winners) =>
        policies.Settle(winners, (winner, loser, clash) => contests.Record(place, peers, winner, loser, clash));

    private sealed class VectorComparer : IEqualityComparer<int[]>
    {
        public static VectorComparer Instance { get; } = new();

        public bool Equals(int[]? left, int[]? right) => left.AsSpan().SequenceEqual(right);

        public int GetHashCode(int[] vector)
        {
            var hash = new HashCode();
            foreach (var policy in vector)
            {
                hash.Add(policy);
            }

            return hash.ToHashCode();
        }
    }
}
