using System.Collections.Immutable;
using System.Globalization;
using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>A chain with its rules and profiles.</summary>
internal sealed record ComposedChain(DesiredChain Chain, List<DesiredProfile> Profiles, IEnumerable<PortRange> Ports, List<PrefixRule> Rules, IEnumerable<SocketOwnerClass> Origins);

/// <summary>
/// Makes the chain of one scope. A socket is handled by the chain of its narrowest tuned scope alone, so a chain merges the
/// policies of its scope and of every scope above.
/// </summary>
internal sealed partial class ChainComposer
{
    private const int None = -1;
    private const int RangesShown = 3;
    private static readonly Match Nobody = new(None, 0, 0, 0);

    private readonly string _scope;
    private readonly int _depth;
    private readonly ImmutableArray<ScopedPolicy> _scopedPolicies;
    private readonly CompositionBudget _budget;
    private readonly ImmutableArray<ChainStage> _stages;
    private readonly (int Slot, StagedFeature Feature, ContestResult ContestResult)[][] _entries;
    private readonly bool _mayClash;
    private readonly bool _isLayered;
    private readonly HashSet<(int Winner, int Loser, int WinnersSlot, int LosersSlot)> _recorded = [];
    private readonly Dictionary<int[], ulong> _profileIds = new(VectorComparer.Instance);
    private readonly HashSet<ulong> _splitIds = [];
    private readonly List<DesiredProfile> _profiles = [];
    private readonly List<PrefixRule> _rules = [];

    /// <summary>Prepares a chain.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="scopedPolicies">The scoped policies of the scope and of those above, the strongest first.</param>
    /// <param name="contestResults">By rank and feature of a scoped policy, how it fares; filled in.</param>
    /// <param name="budget">What may be used.</param>
    public ChainComposer(string scope, ImmutableArray<ScopedPolicy> scopedPolicies, ContestResult[][] contestResults, CompositionBudget budget)
    {
        (_scope, _depth, _scopedPolicies, _budget) = (scope, CgroupPath.Depth(scope), scopedPolicies, budget);
        var stages = new SortedDictionary<string, ChainStage>(StringComparer.Ordinal);
        foreach (var feature in scopedPolicies.SelectMany(scopedPolicy => scopedPolicy.Features))
        {
            if (stages.Count < DesiredChain.MostStages)
            {
                stages.TryAdd(feature.Name, feature.Stage);
            }
        }

        _stages = [.. stages.Values];
        var slots = stages.Keys.Index().ToDictionary(pair => pair.Item, pair => pair.Index, StringComparer.Ordinal);
        _entries = [.. scopedPolicies.Select(scopedPolicy => Admit(scopedPolicy, slots, contestResults[scopedPolicy.Rank]))];
        _mayClash = MayClash(scopedPolicies);
        _isLayered = scopedPolicies.Any(scopedPolicy => !scopedPolicy.Policy.IsUnconditional);
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

        if (PortClasses.Cut(_scopedPolicies, _budget) is not { } ports || SocketOwnerClasses.Cut(_scopedPolicies, _budget) is not { } origins)
        {
            return null;
        }

        foreach (var connections in from direction in (Direction[])[Direction.Outbound, Direction.Inbound] from origin in origins.All select new ConnectionClass(direction, origin, origins))
        {
            var anyPort = AnyPortEntries(connections);
            for (var number = ports.HasOtherPorts ? 0 : 1; number < ports.Members.Length; number++)
            {
                var entries = Merge(anyPort, ClassEntries(ports.Members[number], connections));
                if (!_budget.TakeEntries(entries.Count) || !AddRules(new RulePlace(key, connections, number, ports), new PrefixForest(entries)))
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
    private static bool MayClash(ImmutableArray<ScopedPolicy> scopedPolicies)
    {
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        return scopedPolicies.SelectMany(scopedPolicy => scopedPolicy.Features).SelectMany(feature => feature.Knobs, (feature, knob) => (feature, knob))
            .Any(owned => owned.knob.Rule == KnobRule.One && !owners.TryAdd(owned.knob.Name, owned.feature.Name) && owners[owned.knob.Name] != owned.feature.Name);
    }

    private (int Slot, StagedFeature Feature, ContestResult ContestResult)[] Admit(ScopedPolicy scopedPolicy, Dictionary<string, int> slots, ContestResult[] contestResults)
    {
        var admitted = new List<(int Slot, StagedFeature Feature, ContestResult ContestResult)>();
        for (var i = 0; i < scopedPolicy.Features.Length; i++)
        {
            if (slots.TryGetValue(scopedPolicy.Features[i].Name, out var slot))
            {
                contestResults[i].IsAdmitted = true;
                admitted.Add((slot, scopedPolicy.Features[i], contestResults[i]));
            }
            else
            {
                contestResults[i].FullScopes.Add(_scope);
            }
        }

        return [.. admitted];
    }

    private List<PrefixEntry> AnyPortEntries(ConnectionClass connections)
    {
        var entries = new List<PrefixEntry>();
        for (var i = 0; i < _scopedPolicies.Length; i++)
        {
            foreach (var selector in _scopedPolicies[i].Selectors)
            {
                if (selector.Ports.IsEmpty)
                {
                    Add(entries, i, selector, PrefixEntry.AnyPort, connections);
                }
            }
        }

        entries.Sort();
        return entries;
    }

    private List<PrefixEntry> ClassEntries(ImmutableArray<ClassMember> members, ConnectionClass connections)
    {
        var entries = new List<PrefixEntry>();
        foreach (var member in members)
        {
            Add(entries, member.ScopedPolicy, member.Selector, member.Width, connections);
        }

        entries.Sort();
        return entries;
    }

    private void Add(List<PrefixEntry> entries, int scopedPolicy, ConnectionSelector selector, int width, ConnectionClass connections)
    {
        if (_entries[scopedPolicy].Length > 0 && connections.IsOf(selector))
        {
            foreach (var peer in selector.Peers)
            {
                entries.Add(new PrefixEntry(peer, scopedPolicy, width, Named(selector)));
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
            if (merged.Count == 0 || merged[^1].ScopedPolicy != entry.ScopedPolicy || merged[^1].Prefix != entry.Prefix)
            {
                merged.Add(entry);
            }
        }

        return merged;
    }

    // Walks the prefixes with the winners of the covering ones at hand: only the entries of a prefix can change them.
    private bool AddRules(RulePlace place, PrefixForest forest)
    {
        var winners = new List<MatchList?[]>();
        var emitted = new List<ulong>();
        for (var i = 0; i < forest.Nodes.Count; i++)
        {
            var node = forest.Nodes[i];
            if (winners.Count == node.Depth)
            {
                winners.Add(new MatchList?[_stages.Length]);
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
                _rules.Add(new PrefixRule(place.Chain, place.ConnectionClass.Direction, (ushort)place.Class, node.Prefix, profile) { Origin = place.ConnectionClass.Origin });
                if (!_budget.TakeRule())
                {
                    return false;
                }
            }
        }

        return true;
    }

    private void Contest(RulePlace place, PrefixNode node, List<PrefixEntry> entries, MatchList?[]? covering, MatchList?[] winners)
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
            var match = new Match(entries[i].ScopedPolicy, node.Prefix.Length, entries[i].Width, entries[i].Named);
            foreach (var (slot, _, _) in _entries[match.ScopedPolicy])
            {
                winners[slot] = Insert(winners[slot], match);
            }
        }

        for (var i = node.First; i < node.First + node.Count; i++)
        {
            var match = new Match(entries[i].ScopedPolicy, node.Prefix.Length, entries[i].Width, entries[i].Named);
            foreach (var (slot, _, _) in _entries[match.ScopedPolicy])
            {
                for (var winner = winners[slot]; winner is not null; winner = winner.Next)
                {
                    Record(place, node, slot, winner.Match, match);
                    for (var before = covering?[slot]; before is not null; before = before.Next)
                    {
                        Record(place, node, slot, winner.Match, before.Match);
                    }
                }
            }
        }
    }

    private void Record(RulePlace place, PrefixNode node, int slot, Match winner, Match loser)
    {
        if (_scopedPolicies[winner.ScopedPolicy].Policy is { Observes: false } policy && winner != loser && Beats(winner, loser))
        {
            Record(place, node, (slot, winner), (slot, loser), policy.Share is { } share ? $"for {ShareText.Format(share)} of them" : null);
        }
    }

    // The matches that some connection may go by, the strongest first: behind one that holds for all of them nothing counts.
    private MatchList Insert(MatchList? list, Match match) =>
        list is null || Beats(match, list.Match) ? new MatchList(match, IsUnconditional(match) ? null : list)
        : IsUnconditional(list.Match) ? list
        : list with { Next = Insert(list.Next, match) };

    // Whether a policy gives what it says, and to every connection.
    private bool IsUnconditional(Match match) => _scopedPolicies[match.ScopedPolicy].Policy.IsUnconditional;

    private Match[] Settle(RulePlace place, PrefixNode node, Match[] winners) =>
        _mayClash ? Settle(winners, (winner, loser, clash) => Record(place, node, winner, loser, clash)) : winners;

    // A knob has one owner: where two features would set it, that of the stronger policy stays.
    private Match[] Settle(Match[] winners, Action<(int Slot, Match Match), (int Slot, Match Match), string> onClash)
    {
        var settled = new Match[winners.Length];
        Array.Fill(settled, Nobody);
        var slots = Enumerable.Range(0, winners.Length).Where(slot => winners[slot].ScopedPolicy != None).ToList();
        slots.Sort((one, other) => Beats(winners[one], winners[other]) ? -1 : Beats(winners[other], winners[one]) ? 1 : one - other);
        foreach (var slot in slots)
        {
            var (owner, knob) = Enumerable.Range(0, winners.Length).Where(other => settled[other].ScopedPolicy != None)
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

    private void Record(RulePlace place, PrefixNode node, (int Slot, Match Match) winner, (int Slot, Match Match) loser, string? note)
    {
        // What two policies of a wider scope have to settle is recorded with the chain of that scope.
        var (won, lost) = (_scopedPolicies[winner.Match.ScopedPolicy], _scopedPolicies[loser.Match.ScopedPolicy]);
        var isOurs = won.Depth == _depth || lost.Depth == _depth;
        if ((won != lost || note is not null) && isOurs && _recorded.Add((winner.Match.ScopedPolicy, loser.Match.ScopedPolicy, winner.Slot, loser.Slot)))
        {
            var rule = Rule(winner.Match, loser.Match) + (note is null ? "" : "; " + note);
            ContestResult.Record(EntryOf(winner.Match, winner.Slot).ContestResult, EntryOf(loser.Match, loser.Slot).ContestResult, () => new Contest(won.Policy.Name, lost.Policy.Name, rule, Where(place, node.Prefix)));
        }
    }

    private (int Slot, StagedFeature Feature, ContestResult ContestResult) EntryOf(Match match, int slot) => Array.Find(_entries[match.ScopedPolicy], entry => entry.Slot == slot);

    // Scoped policies are in the order of their names where nothing else tells them apart.
    private bool Beats(Match one, Match other)
    {
        var (left, right) = (_scopedPolicies[one.ScopedPolicy].Group, _scopedPolicies[other.ScopedPolicy].Group);
        return left != right ? left < right
            : one.Length != other.Length ? one.Length > other.Length
            : one.Width != other.Width ? one.Width < other.Width
            : one.Named != other.Named ? one.Named > other.Named
            : one.ScopedPolicy < other.ScopedPolicy;
    }

    private string Rule(Match winner, Match loser)
    {
        var (left, right) = (_scopedPolicies[winner.ScopedPolicy], _scopedPolicies[loser.ScopedPolicy]);
        return left.Policy.Priority != right.Policy.Priority ? string.Create(CultureInfo.InvariantCulture, $"priority {left.Policy.Priority} over {right.Policy.Priority}")
            : left.Depth != right.Depth ? "narrower scope"
            : winner.Length != loser.Length ? "longer prefix"
            : winner.Width != loser.Width ? "narrower port range"
            : winner.Named != loser.Named ? "user or interface named"
            : "name";
    }

    // The id of the profile of these matches, or of the split that leads to one; null when there are too many.
    private ulong? ProfileOf(RulePlace place, PrefixNode node, MatchList?[] winners)
    {
        if (!_isLayered)
        {
            return ProfileOf(place, Settle(place, node, Array.ConvertAll(winners, list => list?.Match ?? Nobody)), [], []);
        }

        var shared = winners.SelectMany(list => list?.All ?? []).Select(match => match.ScopedPolicy).Where(scopedPolicy => _scopedPolicies[scopedPolicy].Policy.Share is not null).Distinct().Order().ToList();
        foreach (var (_, _, contestResult) in shared.Skip(ProfileSplit.Most).SelectMany(scopedPolicy => _entries[scopedPolicy]))
        {
            contestResult.IsCrowded = true;
        }

        return ProfileOf(place, node, winners, [.. shared.Take(ProfileSplit.Most).Select(scopedPolicy => (scopedPolicy, false))], 0, [.. shared.Skip(ProfileSplit.Most)]);
    }

    // Arms are decided one after the other, the strongest policy's first.
    private ulong? ProfileOf(RulePlace place, PrefixNode node, MatchList?[] winners, ImmutableArray<(int ScopedPolicy, bool Treated)> arms, int decided, ImmutableArray<int> absent)
    {
        if (decided == arms.Length)
        {
            bool IsAbsent(Match match) => absent.Contains(match.ScopedPolicy) || arms.Contains((match.ScopedPolicy, false));
            var given = Array.ConvertAll(winners, list => list?.Find(match => !IsAbsent(match) && !_scopedPolicies[match.ScopedPolicy].Policy.Observes) ?? Nobody);
            var observed = Array.ConvertAll(winners, list => list?.Find(match => !IsAbsent(match)) is { } first && _scopedPolicies[first.ScopedPolicy].Policy.Observes ? first : Nobody);
            return ProfileOf(place, Settle(place, node, given), observed, arms);
        }

        var scopedPolicy = arms[decided].ScopedPolicy;
        if (ProfileOf(place, node, winners, arms.SetItem(decided, (scopedPolicy, true)), decided + 1, absent) is not { } treated
            || ProfileOf(place, node, winners, arms, decided + 1, absent) is not { } control)
        {
            return null;
        }

        var policy = _scopedPolicies[scopedPolicy].Policy;
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

    private ulong? ProfileOf(RulePlace place, Match[] given, Match[] observed, ImmutableArray<(int ScopedPolicy, bool Treated)> arms)
    {
        int[] vector = [.. given.Select(match => match.ScopedPolicy), .. observed.Select(match => match.ScopedPolicy), .. arms.SelectMany(arm => new[] { arm.ScopedPolicy, arm.Treated ? 1 : 0 })];
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
            Arms = [.. arms.Select(arm => new PolicyArm(_scopedPolicies[arm.ScopedPolicy].Policy.Name, arm.Treated))],
            Measured =
            [
                .. given.Concat(observed).Where(match => match.ScopedPolicy != None).Select(match => match.ScopedPolicy).Concat(arms.Select(arm => arm.ScopedPolicy))
                    .Select(scopedPolicy => _scopedPolicies[scopedPolicy].Policy).Where(policy => policy.Measures).Select(policy => policy.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
            ],
        };
        _profileIds.Add(vector, profile.Id);
        _profiles.Add(profile);
        return profile.Id;
    }

    private ImmutableArray<ProfileEntry> EntriesOf(Match[] matches)
    {
        var entries = ImmutableArray.CreateBuilder<ProfileEntry>();
        for (var slot = 0; slot < matches.Length; slot++)
        {
            if (matches[slot].ScopedPolicy != None)
            {
                var (_, feature, contestResult) = EntryOf(matches[slot], slot);
                contestResult.Wins = true;
                entries.Add(new ProfileEntry(slot, feature.Name, _scopedPolicies[matches[slot].ScopedPolicy].Policy.Name, feature.Parameters));
            }
        }

        return entries.ToImmutable();
    }

    private string Where(RulePlace place, IpPrefix peers)
    {
        var text = _scope == "/" ? "the whole host" : $"scope {_scope}";
        if (peers.Length > 0)
        {
            text += $", peers {peers}";
        }

        text += place.ConnectionClass.Origins.Describe(place.ConnectionClass.Origin);
        if (place.Class == 0)
        {
            return text;
        }

        var ranges = place.Ports.Ranges.Where(range => range.Class == place.Class).Take(RangesShown + 1).Select(range => PortText.Format(range.Ports)).ToList();
        return $"{text}, ports {string.Join(", ", ranges.Take(RangesShown))}{(ranges.Count > RangesShown ? " …" : "")}";
    }

    private readonly record struct RulePlace(uint Chain, ConnectionClass ConnectionClass, int Class, PortClasses Ports);

    // Connections that are told apart before their peers and ports are.
    private readonly record struct ConnectionClass(Direction Direction, byte Origin, SocketOwnerClasses Origins)
    {
        public bool IsOf(ConnectionSelector selector) => selector.Directions.Contains(Direction) && Origins.Includes(Origin, selector);
    }

    // A policy that gives a feature: how well it matches tells it from others of its group.
    private readonly record struct Match(int ScopedPolicy, int Length, int Width, int Named);

    private sealed record MatchList(Match Match, MatchList? Next)
    {
        public IEnumerable<Match> All
        {
            get
            {
                for (var list = this; list is not null; list = list.Next)
                {
                    yield return list.Match;
                }
            }
        }

        public Match? Find(Func<Match, bool> predicate)
        {
            for (var list = this; list is not null; list = list.Next)
            {
                if (predicate(list.Match))
                {
                    return list.Match;
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
            foreach (var scopedPolicy in vector)
            {
                hash.Add(scopedPolicy);
            }

            return hash.ToHashCode();
        }
    }
}
