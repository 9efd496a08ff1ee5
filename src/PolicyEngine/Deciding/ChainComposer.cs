using System.Collections.Immutable;
using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>A chain with its rules and profiles.</summary>
internal sealed record ComposedChain(
    DesiredChain Chain,
    List<DesiredProfile> Profiles,
    IEnumerable<PortRange> Ports,
    List<PrefixRule> Rules,
    IEnumerable<SocketOwnerClass> Origins
)
{
    /// <summary>A chain that goes by the rules of another one with its key.</summary>
    public static ComposedChain WithoutRules(DesiredChain chain) => new(chain, [], [], [], []);
}

/// <summary>
/// Makes the chain of one scope. A socket is handled by the chain of its narrowest tuned scope alone, so a chain merges the
/// policies of its scope and of every scope above.
/// </summary>
internal sealed class ChainComposer
{
    private readonly ChainPolicies _policies;
    private readonly CompositionBudget _budget;
    private readonly ContestRecorder _contests;
    private readonly ProfileComposer _profiles;
    private readonly List<PrefixRule> _rules = [];

    /// <summary>Prepares a chain.</summary>
    /// <param name="policies">Its policies.</param>
    /// <param name="budget">What may be used.</param>
    public ChainComposer(ChainPolicies policies, CompositionBudget budget)
    {
        (_policies, _budget) = (policies, budget);
        _contests = new ContestRecorder(policies);
        _profiles = new ProfileComposer(policies, _contests, budget);
    }

    /// <summary>Makes the chain; null when it exceeds the budget.</summary>
    /// <param name="cgroupId">The kernel's id of the scope.</param>
    /// <param name="usedKeys">Keys of other chains; the chain's is added.</param>
    public ComposedChain? Compose(ulong cgroupId, HashSet<uint> usedKeys)
    {
        var key = Identity.ChainKey(_policies.Containers ?? _policies.Scope, _policies.Stages);
        while (key == 0 || !usedKeys.Add(key))
        {
            key++;
        }

        if (
            PortClasses.Cut(_policies.All, _budget) is not { } ports
            || SocketOwnerClasses.Cut(_policies.All, _budget) is not { } origins
        )
        {
            return null;
        }

        foreach (
            var connections in from direction in (Direction[])[Direction.Outbound, Direction.Inbound]
            from origin in origins.All
            select new ConnectionClass(direction, origin, origins)
        )
        {
            var anyPort = AnyPortEntries(connections);
            for (var number = ports.HasOtherPorts ? 0 : 1; number < ports.Members.Length; number++)
            {
                var entries = Merge(anyPort, ClassEntries(ports.Members[number], connections));
                if (
                    !_budget.TakeEntries(entries.Count)
                    || !AddRules(new RulePlace(key, connections, number, ports), new PrefixForest(entries))
                )
                {
                    return null;
                }
            }
        }

        foreach (var listeners in new ListenerComposer(_rules, _profiles.Made).Compose().ToList())
        {
            if (!_budget.TakeProfile())
            {
                return null;
            }

            _profiles.Made.Add(new DesiredProfile(key, listeners));
        }

        return new ComposedChain(
            new DesiredChain(_policies.Scope, cgroupId, key, _policies.Stages),
            _profiles.Made,
            ports.Ranges.Select(range => new PortRange(key, range.Ports.First, range.Ports.Last, (ushort)range.Class)),
            _rules,
            origins.Of(key)
        );
    }

    private List<PrefixEntry> AnyPortEntries(ConnectionClass connections)
    {
        var entries = new List<PrefixEntry>();
        for (var i = 0; i < _policies.All.Length; i++)
        {
            foreach (var selector in _policies.All[i].Selectors)
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

    private void Add(
        List<PrefixEntry> entries,
        int policy,
        ConnectionSelector selector,
        int width,
        ConnectionClass connections
    )
    {
        if (_policies.FeaturesOf(policy).Length > 0 && connections.IsOf(selector))
        {
            foreach (var peer in selector.Peers)
            {
                entries.Add(new PrefixEntry(peer, policy, width, Match.NamedBy(selector)));
            }
        }
    }

    // Of one policy's entries with one prefix, that of the narrowest selector stays.
    private static List<PrefixEntry> Merge(List<PrefixEntry> left, List<PrefixEntry> right)
    {
        var merged = new List<PrefixEntry>(left.Count + right.Count);
        int i = 0,
            j = 0;
        while (i < left.Count || j < right.Count)
        {
            var entry =
                j == right.Count || (i < left.Count && left[i].CompareTo(right[j]) <= 0) ? left[i++] : right[j++];
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
                winners.Add(new MatchList?[_policies.Stages.Length]);
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

            if (_profiles.Of(place, node.Prefix, winners[node.Depth]) is not { } profile)
            {
                return false;
            }

            if (profile != around)
            {
                emitted[node.Depth] = profile;
                _rules.Add(
                    new PrefixRule(
                        place.Chain,
                        place.Connections.Direction,
                        (ushort)place.PortClass,
                        node.Prefix,
                        profile
                    )
                    {
                        Origin = place.Connections.Origin,
                    }
                );
                if (!_budget.TakeRule())
                {
                    return false;
                }
            }
        }

        return true;
    }

    private void Contest(
        RulePlace place,
        PrefixNode node,
        List<PrefixEntry> entries,
        MatchList?[]? covering,
        MatchList?[] winners
    )
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
            var match = MatchOf(entries[i]);
            foreach (var (slot, _, _) in _policies.FeaturesOf(match.ScopedPolicy))
            {
                winners[slot] = _policies.Insert(winners[slot], match);
            }
        }

        for (var i = node.First; i < node.First + node.Count; i++)
        {
            var match = MatchOf(entries[i]);
            foreach (var (slot, _, _) in _policies.FeaturesOf(match.ScopedPolicy))
            {
                for (var winner = winners[slot]; winner is not null; winner = winner.Next)
                {
                    _contests.Record(place, node.Prefix, slot, winner.First, match);
                    for (var before = covering?[slot]; before is not null; before = before.Next)
                    {
                        _contests.Record(place, node.Prefix, slot, winner.First, before.First);
                    }
                }
            }
        }

        Match MatchOf(PrefixEntry entry) => new(entry.ScopedPolicy, node.Prefix.Length, entry.Width, entry.Named);
    }
}
