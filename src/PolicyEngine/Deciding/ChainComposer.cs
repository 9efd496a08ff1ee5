using System.Collections.Immutable;
using System.Globalization;
using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>A chain with its rules and profiles.</summary>
internal sealed record ComposedChain(DesiredChain Chain, List<DesiredProfile> Profiles, IEnumerable<PortRange> Ports, List<PrefixRule> Rules, IEnumerable<OriginClass> Origins);

/// <summary>
/// Makes the chain of one scope. A socket is handled by the chain of its narrowest tuned scope alone, so a chain merges the
/// policies of its scope and of every scope above.
/// </summary>
internal sealed partial class ChainComposer
{
    private const int None = -1;
    private const int RangesShown = 3;
    private static readonly Claim Nobody = new(None, 0, 0, 0);

    private readonly string _scope;
    private readonly int _depth;
    private readonly ImmutableArray<Contender> _contenders;
    private readonly CompositionBudget _budget;
    private readonly ImmutableArray<ChainStage> _stages;
    private readonly (int Slot, StagedFeature Feature, Standing Standing)[][] _entries;
    private readonly bool _mayClash;
    private readonly bool _isLayered;
    private readonly HashSet<(int Winner, int Loser, int WinnersSlot, int LosersSlot)> _recorded = [];
    private readonly Dictionary<int[], ulong> _profileIds = new(VectorComparer.Instance);
    private readonly HashSet<ulong> _splitIds = [];
    private readonly List<DesiredProfile> _profiles = [];
    private readonly List<PrefixRule> _rules = [];

    /// <summary>Prepares a chain.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="contenders">The contenders of the scope and of those above, the strongest first.</param>
    /// <param name="standings">By rank and feature of a contender, how it fares; filled in.</param>
    /// <param name="budget">What may be used.</param>
    public ChainComposer(string scope, ImmutableArray<Contender> contenders, Standing[][] standings, CompositionBudget budget)
    {
        (_scope, _depth, _contenders, _budget) = (scope, CgroupPath.Depth(scope), contenders, budget);
        var stages = new SortedDictionary<string, ChainStage>(StringComparer.Ordinal);
        foreach (var feature in contenders.SelectMany(contender => contender.Features))
        {
            if (stages.Count < DesiredChain.MostStages)
            {
                stages.TryAdd(feature.Name, feature.Stage);
            }
        }

        _stages = [.. stages.Values];
        var slots = stages.Keys.Index().ToDictionary(pair => pair.Item, pair => pair.Index, StringComparer.Ordinal);
        _entries = [.. contenders.Select(contender => Admit(contender, slots, standings[contender.Rank]))];
        _mayClash = MayClash(contenders);
        _isLayered = contenders.Any(contender => !contender.Policy.IsFirm);
    }

    /// <summary>Makes the chain; null when it exceeds the budget.</summary>
    /// <param name="cgroupId">The kernel's id of the scope.</param>
    /// <param name="usedKeys">Keys of other chains; the chain's is added.</param>
    public ComposedChain? Compose(ulong cgroupId, HashSet<uint> usedKeys)
    {
        var key = Identity.ChainKey(_scope, _stages);
        while (key == 0 || !usedKeys.Add(key))
        {
            key++;
        }

        if (PortClasses.Cut(_contenders, _budget) is not { } ports || OriginClasses.Cut(_contenders, _budget) is not { } origins)
        {
            return null;
        }

        foreach (var audience in from direction in (Direction[])[Direction.Outbound, Direction.Inbound] from origin in origins.All select new Audience(direction, origin, origins))
        {
            var anyPort = AnyPortEntries(audience);
            for (var number = ports.HasOtherPorts ? 0 : 1; number < ports.Members.Length; number++)
            {
                var entries = Merge(anyPort, ClassEntries(ports.Members[number], audience));
                if (!_budget.TakeEntries(entries.Count) || !AddRules(new Place(key, audience, number, ports), new PrefixForest(entries)))
                {
                    return null;
                }
            }
        }

        return new ComposedChain(
            new DesiredChain(_scope, cgroupId, key, _stages),
            _profiles,
            ports.Ranges.Select(range => new PortRange(key, range.Ports.First, range.Ports.Last, (ushort)range.Class)),
            _rules,
            origins.Of(key));
    }

    // Most sets have no two features that set one thing: nothing is to be settled then.
    private static bool MayClash(ImmutableArray<Contender> contenders)
    {
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        return contenders.SelectMany(contender => contender.Features).SelectMany(feature => feature.Knobs, (feature, knob) => (feature, knob))
            .Any(owned => owned.knob.Rule == KnobRule.One && !owners.TryAdd(owned.knob.Name, owned.feature.Name) && owners[owned.knob.Name] != owned.feature.Name);
    }

    private (int Slot, StagedFeature Feature, Standing Standing)[] Admit(Contender contender, Dictionary<string, int> slots, Standing[] standings)
    {
        var admitted = new List<(int Slot, StagedFeature Feature, Standing Standing)>();
        for (var i = 0; i < contender.Features.Length; i++)
        {
            if (slots.TryGetValue(contender.Features[i].Name, out var slot))
            {
                standings[i].IsAdmitted = true;
                admitted.Add((slot, contender.Features[i], standings[i]));
            }
            else
            {
                standings[i].FullScopes.Add(_scope);
            }
        }

        return [.. admitted];
    }

    private List<PrefixEntry> AnyPortEntries(Audience audience)
    {
        var entries = new List<PrefixEntry>();
        for (var i = 0; i < _contenders.Length; i++)
        {
            foreach (var selector in _contenders[i].Selectors)
            {
                if (selector.Ports.IsEmpty)
                {
                    Add(entries, i, selector, PrefixEntry.AnyPort, audience);
                }
            }
        }

        entries.Sort();
        return entries;
    }

    private List<PrefixEntry> ClassEntries(ImmutableArray<ClassMember> members, Audience audience)
    {
        var entries = new List<PrefixEntry>();
        foreach (var member in members)
        {
            Add(entries, member.Contender, member.Selector, member.Width, audience);
        }

        entries.Sort();
        return entries;
    }

    private void Add(List<PrefixEntry> entries, int contender, ConnectionSelector selector, int width, Audience audience)
    {
        if (_entries[contender].Length > 0 && audience.IsOf(selector))
        {
            foreach (var peer in selector.Peers)
            {
                entries.Add(new PrefixEntry(peer, contender, width, Named(selector)));
            }
        }
    }

    private static int Named(ConnectionSelector selector) => (selector.Users.IsEmpty ? 0 : 2) + (selector.Interfaces.IsEmpty ? 0 : 1);

    // Of one policy's entries with one prefix, that of the narrowest selector stays.
    private static List<PrefixEntry> Merge(List<PrefixEntry> left, List<PrefixEntry> right)
    {
        var merged = new List<PrefixEntry>(left.Count + right.Count);
        int i = 0, j = 0;
        while (i < left.Count || j < right.Count)
        {
            var entry = j == right.Count || (i < left.Count && left[i].CompareTo(right[j]) <= 0) ? left[i++] : right[j++];
            if (merged.Count == 0 || merged[^1].Contender != entry.Contender || merged[^1].Prefix != entry.Prefix)
            {
                merged.Add(entry);
            }
        }

        return merged;
    }

    // Walks the prefixes with the winners of the covering ones at hand: only the entries of a prefix can change them.
    private bool AddRules(Place place, PrefixForest forest)
    {
        var winners = new List<Ranking?[]>();
        var emitted = new List<ulong>();
        for (var i = 0; i < forest.Nodes.Count; i++)
        {
            var node = forest.Nodes[i];
            if (winners.Count == node.Depth)
            {
                winners.Add(new Ranking?[_stages.Length]);
                emitted.Add(0);
            }

            var covering = node.Depth == 0 ? null : winners[node.Depth - 1];
            Contest(place, node, forest.Entries, covering, winners[node.Depth]);
            var around = node.Depth == 0 ? 0 : emitted[node.Depth - 1];
            emitted[node.Depth] = around;
            if (forest.IsHidden(i))
            {
                continue;
            }

            if (ProfileOf(place, node, winners[node.Depth]) is not { } profile)
            {
                return false;
            }

            if (profile != around)
            {
                emitted[node.Depth] = profile;
                _rules.Add(new PrefixRule(place.Chain, place.Audience.Direction, (ushort)place.Class, node.Prefix, profile) { Origin = place.Audience.Origin });
                if (!_budget.TakeRule())
                {
                    return false;
                }
            }
        }

        return true;
    }

    private void Contest(Place place, PrefixNode node, List<PrefixEntry> entries, Ranking?[]? covering, Ranking?[] winners)
    {
        if (covering is null)
        {
            Array.Clear(winners);
        }
        else
        {
            covering.CopyTo(winners, 0);
        }

        for (var i = node.First; i < node.First + node.Count; i++)
        {
            var claim = new Claim(entries[i].Contender, node.Prefix.Length, entries[i].Width, entries[i].Named);
            foreach (var (slot, _, _) in _entries[claim.Contender])
            {
                winners[slot] = Insert(winners[slot], claim);
            }
        }

        for (var i = node.First; i < node.First + node.Count; i++)
        {
            var claim = new Claim(entries[i].Contender, node.Prefix.Length, entries[i].Width, entries[i].Named);
            foreach (var (slot, _, _) in _entries[claim.Contender])
            {
                for (var winner = winners[slot]; winner is not null; winner = winner.Next)
                {
                    Record(place, node, slot, winner.Claim, claim);
                    for (var before = covering?[slot]; before is not null; before = before.Next)
                    {
                        Record(place, node, slot, winner.Claim, before.Claim);
                    }
                }
            }
        }
    }

    private void Record(Place place, PrefixNode node, int slot, Claim winner, Claim loser)
    {
        if (_contenders[winner.Contender].Policy is { Observes: false } policy && winner != loser && Beats(winner, loser))
        {
            Record(place, node, (slot, winner), (slot, loser), policy.Share is { } share ? $"for {ShareText.Format(share)} of them" : null);
        }
    }

    // The claims that some connection may go by, the strongest first: behind one that holds for all of them nothing counts.
    private Ranking Insert(Ranking? ranking, Claim claim) =>
        ranking is null || Beats(claim, ranking.Claim) ? new Ranking(claim, IsFirm(claim) ? null : ranking)
        : IsFirm(ranking.Claim) ? ranking
        : ranking with { Next = Insert(ranking.Next, claim) };

    // Whether a policy gives what it claims, and to every connection.
    private bool IsFirm(Claim claim) => _contenders[claim.Contender].Policy.IsFirm;

    private Claim[] Settle(Place place, PrefixNode node, Claim[] winners) =>
        _mayClash ? Settle(winners, (winner, loser, clash) => Record(place, node, winner, loser, clash)) : winners;

    // A knob has one owner: where two features would set it, that of the stronger policy stays.
    private Claim[] Settle(Claim[] winners, Action<(int Slot, Claim Claim), (int Slot, Claim Claim), string> onClash)
    {
        var settled = new Claim[winners.Length];
        Array.Fill(settled, Nobody);
        var slots = Enumerable.Range(0, winners.Length).Where(slot => winners[slot].Contender != None).ToList();
        slots.Sort((one, other) => Beats(winners[one], winners[other]) ? -1 : Beats(winners[other], winners[one]) ? 1 : one - other);
        foreach (var slot in slots)
        {
            var (owner, knob) = Enumerable.Range(0, winners.Length).Where(other => settled[other].Contender != None)
                .Select(other => (other, KnobRules.Clash(EntryOf(settled[other], other).Feature.Knobs, EntryOf(winners[slot], slot).Feature.Knobs)))
                .FirstOrDefault(clash => clash.Item2 is not null);
            if (knob is null)
            {
                settled[slot] = winners[slot];
            }
            else
            {
                onClash((owner, settled[owner]), (slot, winners[slot]), $"{_stages[owner].Feature} and {_stages[slot].Feature} both set {knob}");
            }
        }

        return settled;
    }

    private void Record(Place place, PrefixNode node, (int Slot, Claim Claim) winner, (int Slot, Claim Claim) loser, string? note)
    {
        // What two policies of a wider scope have to settle is recorded with the chain of that scope.
        var (won, lost) = (_contenders[winner.Claim.Contender], _contenders[loser.Claim.Contender]);
        var isOurs = won.Depth == _depth || lost.Depth == _depth;
        if ((won != lost || note is not null) && isOurs && _recorded.Add((winner.Claim.Contender, loser.Claim.Contender, winner.Slot, loser.Slot)))
        {
            var rule = Rule(winner.Claim, loser.Claim) + (note is null ? "" : "; " + note);
            Standing.Record(EntryOf(winner.Claim, winner.Slot).Standing, EntryOf(loser.Claim, loser.Slot).Standing, () => new Contest(won.Policy.Name, lost.Policy.Name, rule, Where(place, node.Prefix)));
        }
    }

    private (int Slot, StagedFeature Feature, Standing Standing) EntryOf(Claim claim, int slot) => Array.Find(_entries[claim.Contender], entry => entry.Slot == slot);

    // Contenders are in the order of their names where nothing else tells them apart.
    private bool Beats(Claim one, Claim other)
    {
        var (left, right) = (_contenders[one.Contender].Group, _contenders[other.Contender].Group);
        return left != right ? left < right
            : one.Length != other.Length ? one.Length > other.Length
            : one.Width != other.Width ? one.Width < other.Width
            : one.Named != other.Named ? one.Named > other.Named
            : one.Contender < other.Contender;
    }

    private string Rule(Claim winner, Claim loser)
    {
        var (left, right) = (_contenders[winner.Contender], _contenders[loser.Contender]);
        return left.Policy.Priority != right.Policy.Priority ? string.Create(CultureInfo.InvariantCulture, $"priority {left.Policy.Priority} over {right.Policy.Priority}")
            : left.Depth != right.Depth ? "narrower scope"
            : winner.Length != loser.Length ? "longer prefix"
            : winner.Width != loser.Width ? "narrower port range"
            : winner.Named != loser.Named ? "user or interface named"
            : "name";
    }

    // The id of the profile of these claims, or of the split that leads to one; null when there are too many.
    private ulong? ProfileOf(Place place, PrefixNode node, Ranking?[] winners)
    {
        if (!_isLayered)
        {
            return ProfileOf(place, Settle(place, node, Array.ConvertAll(winners, ranking => ranking?.Claim ?? Nobody)), [], []);
        }

        var shared = winners.SelectMany(ranking => ranking?.All ?? []).Select(claim => claim.Contender).Where(contender => _contenders[contender].Policy.Share is not null).Distinct().Order().ToList();
        foreach (var (_, _, standing) in shared.Skip(ProfileSplit.Most).SelectMany(contender => _entries[contender]))
        {
            standing.IsCrowded = true;
        }

        return ProfileOf(place, node, winners, [.. shared.Take(ProfileSplit.Most).Select(contender => (contender, false))], 0, [.. shared.Skip(ProfileSplit.Most)]);
    }

    // Arms are decided one after the other, the strongest policy's first.
    private ulong? ProfileOf(Place place, PrefixNode node, Ranking?[] winners, ImmutableArray<(int Contender, bool Treated)> arms, int decided, ImmutableArray<int> absent)
    {
        if (decided == arms.Length)
        {
            bool IsAbsent(Claim claim) => absent.Contains(claim.Contender) || arms.Contains((claim.Contender, false));
            var given = Array.ConvertAll(winners, ranking => ranking?.Find(claim => !IsAbsent(claim) && !_contenders[claim.Contender].Policy.Observes) ?? Nobody);
            var observed = Array.ConvertAll(winners, ranking => ranking?.Find(claim => !IsAbsent(claim)) is { } first && _contenders[first.Contender].Policy.Observes ? first : Nobody);
            return ProfileOf(place, Settle(place, node, given), observed, arms);
        }

        var contender = arms[decided].Contender;
        if (ProfileOf(place, node, winners, arms.SetItem(decided, (contender, true)), decided + 1, absent) is not { } treated
            || ProfileOf(place, node, winners, arms, decided + 1, absent) is not { } control)
        {
            return null;
        }

        var policy = _contenders[contender].Policy;
        var split = new ProfileSplit(policy.Name, Math.Max(1, (int)((long)ProfileSplit.Whole * policy.Share!.Value / PolicyLimits.WholeShare)), treated, control);
        var profile = new DesiredProfile(place.Chain, split);
        if (_splitIds.Add(profile.Id))
        {
            if (!_budget.TakeProfile())
            {
                return null;
            }

            _profiles.Add(profile);
        }

        return profile.Id;
    }

    private ulong? ProfileOf(Place place, Claim[] given, Claim[] observed, ImmutableArray<(int Contender, bool Treated)> arms)
    {
        int[] vector = [.. given.Select(claim => claim.Contender), .. observed.Select(claim => claim.Contender), .. arms.SelectMany(arm => new[] { arm.Contender, arm.Treated ? 1 : 0 })];
        if (_profileIds.TryGetValue(vector, out var known))
        {
            return known;
        }

        if (!_budget.TakeProfile())
        {
            return null;
        }

        var profile = new DesiredProfile(place.Chain, EntriesOf(given))
        {
            Observed = EntriesOf(observed),
            Arms = [.. arms.Select(arm => new PolicyArm(_contenders[arm.Contender].Policy.Name, arm.Treated))],
            Measured =
            [
                .. given.Concat(observed).Where(claim => claim.Contender != None).Select(claim => claim.Contender).Concat(arms.Select(arm => arm.Contender))
                    .Select(contender => _contenders[contender].Policy).Where(policy => policy.Measures).Select(policy => policy.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
            ],
        };
        _profileIds.Add(vector, profile.Id);
        _profiles.Add(profile);
        return profile.Id;
    }

    private ImmutableArray<ProfileEntry> EntriesOf(Claim[] claims)
    {
        var entries = ImmutableArray.CreateBuilder<ProfileEntry>();
        for (var slot = 0; slot < claims.Length; slot++)
        {
            if (claims[slot].Contender != None)
            {
                var (_, feature, standing) = EntryOf(claims[slot], slot);
                standing.Wins = true;
                entries.Add(new ProfileEntry(slot, feature.Name, _contenders[claims[slot].Contender].Policy.Name, feature.Parameters));
            }
        }

        return entries.ToImmutable();
    }

    private string Where(Place place, IpPrefix peers)
    {
        var text = _scope == "/" ? "the whole host" : $"scope {_scope}";
        if (peers.Length > 0)
        {
            text += $", peers {peers}";
        }

        text += place.Audience.Origins.Describe(place.Audience.Origin);
        if (place.Class == 0)
        {
            return text;
        }

        var ranges = place.Ports.Ranges.Where(range => range.Class == place.Class).Take(RangesShown + 1).Select(range => PortText.Format(range.Ports)).ToList();
        return $"{text}, ports {string.Join(", ", ranges.Take(RangesShown))}{(ranges.Count > RangesShown ? " …" : "")}";
    }

    private readonly record struct Place(uint Chain, Audience Audience, int Class, PortClasses Ports);

    // Connections that are told apart before their peers and ports are.
    private readonly record struct Audience(Direction Direction, byte Origin, OriginClasses Origins)
    {
        public bool IsOf(ConnectionSelector selector) => selector.Directions.Contains(Direction) && Origins.Includes(Origin, selector);
    }

    // A policy that gives a feature: how well it matches tells it from others of its group.
    private readonly record struct Claim(int Contender, int Length, int Width, int Named);

    private sealed record Ranking(Claim Claim, Ranking? Next)
    {
        public IEnumerable<Claim> All
        {
            get
            {
                for (var ranking = this; ranking is not null; ranking = ranking.Next)
                {
                    yield return ranking.Claim;
                }
            }
        }

        public Claim? Find(Func<Claim, bool> predicate)
        {
            for (var ranking = this; ranking is not null; ranking = ranking.Next)
            {
                if (predicate(ranking.Claim))
                {
                    return ranking.Claim;
                }
            }

            return null;
        }
    }

    private sealed class VectorComparer : IEqualityComparer<int[]>
    {
        public static VectorComparer Instance { get; } = new();

        public bool Equals(int[]? left, int[]? right) => left.AsSpan().SequenceEqual(right);

        public int GetHashCode(int[] vector)
        {
            var hash = new HashCode();
            foreach (var contender in vector)
            {
                hash.Add(contender);
            }

            return hash.ToHashCode();
        }
    }
}
