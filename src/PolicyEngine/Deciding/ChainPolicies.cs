using System.Collections.Immutable;
using System.Globalization;
using NetEdit.Bpf;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>A feature of a policy in the slot that a chain has for it.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Feature">The feature.</param>
/// <param name="Result">How it fares.</param>
internal readonly record struct SlotFeature(int Slot, StagedFeature Feature, ContestResult Result);

/// <summary>
/// The policies that meet in the chain of one scope: by which slots they give their features, which of two matches is stronger, and
/// which of two features sets a knob.
/// </summary>
internal sealed class ChainPolicies
{
    private readonly SlotFeature[][] _features;
    private readonly bool _mayClash;

    /// <summary>Takes the policies in.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="all">The scoped policies of the scope and of those above, the strongest first.</param>
    /// <param name="results">By rank and feature of a scoped policy, how it fares; filled in.</param>
    public ChainPolicies(string scope, ImmutableArray<ScopedPolicy> all, ContestResult[][] results)
    {
        (Scope, Depth, All) = (scope, CgroupPath.Depth(scope), all);
        var stages = new SortedDictionary<string, ChainStage>(StringComparer.Ordinal);
        foreach (var feature in all.SelectMany(policy => policy.Features))
        {
            if (stages.Count < DesiredChain.MostStages)
            {
                stages.TryAdd(feature.Name, feature.Stage);
            }
        }

        Stages = [.. stages.Values];
        var slots = stages.Keys.Index().ToDictionary(pair => pair.Item, pair => pair.Index, StringComparer.Ordinal);
        _features = [.. all.Select(policy => Admit(policy, slots, results[policy.Rank]))];
        _mayClash = MayClash(all);
        IsLayered = all.Any(policy => !policy.Policy.IsUnconditional);
    }

    /// <summary>The scope.</summary>
    public string Scope { get; }

    /// <summary>Levels of the scope below the root.</summary>
    public int Depth { get; }

    /// <summary>The policies, the strongest first.</summary>
    public ImmutableArray<ScopedPolicy> All { get; }

    /// <summary>
    /// Which containers the policies are for, when they are for nothing else and no scope around has any: all of these containers have the
    /// same rules, and one that starts needs none of its own. Null for other scopes.
    /// </summary>
    public string? Containers =>
        All.Any(policy => policy.Depth != Depth || policy.Policy.Container is null)
            ? null
            : string.Join(
                '\n',
                All.Select(policy => policy.Policy.ScopeText)
                    .Distinct(StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal)
            );

    /// <summary>Names of the policies, the strongest first.</summary>
    public string Names => string.Join('\n', All.Select(policy => policy.Policy.Name));

    /// <summary>The stages of the chain, by slot.</summary>
    public ImmutableArray<ChainStage> Stages { get; }

    /// <summary>Whether some policy observes, or is for a share of the connections.</summary>
    public bool IsLayered { get; }

    /// <summary>The policy of a match.</summary>
    public Policy PolicyOf(Match match) => All[match.ScopedPolicy].Policy;

    /// <summary>The features that a policy gives in this chain.</summary>
    /// <param name="policy">Its index.</param>
    public SlotFeature[] FeaturesOf(int policy) => _features[policy];

    /// <summary>What the policy of a match gives by a slot.</summary>
    public SlotFeature FeatureOf(Match match, int slot) =>
        Array.Find(_features[match.ScopedPolicy], feature => feature.Slot == slot);

    /// <summary>Whether a policy gives what it says, and to every connection.</summary>
    public bool IsUnconditional(Match match) => PolicyOf(match).IsUnconditional;

    /// <summary>Whether one match is stronger than another. Policies are in the order of their names where nothing else tells them apart.</summary>
    public bool Beats(Match one, Match other)
    {
        var (left, right) = (All[one.ScopedPolicy].Group, All[other.ScopedPolicy].Group);
        return left != right ? left < right
            : one.Length != other.Length ? one.Length > other.Length
            : one.Width != other.Width ? one.Width < other.Width
            : one.Named != other.Named ? one.Named > other.Named
            : one.ScopedPolicy < other.ScopedPolicy;
    }

    /// <summary>The rule by which one match is stronger than another, for a person.</summary>
    public string Rule(Match winner, Match loser)
    {
        var (left, right) = (All[winner.ScopedPolicy], All[loser.ScopedPolicy]);
        return left.Policy.Priority != right.Policy.Priority
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"priority {left.Policy.Priority} over {right.Policy.Priority}"
                )
            : left.Depth != right.Depth ? "narrower scope"
            : winner.Length != loser.Length ? "longer prefix"
            : winner.Width != loser.Width ? "narrower port range"
            : winner.Named != loser.Named ? "user or interface named"
            : "name";
    }

    /// <summary>Inserts a match in its place.</summary>
    public MatchList? Insert(MatchList? list, Match match) =>
        list is null || Beats(match, list.First) ? new MatchList(match, IsUnconditional(match) ? null : list)
        : IsUnconditional(list.First) ? list
        : list with { Next = Insert(list.Next, match) };

    /// <summary>Settles who sets a knob: where two features would, that of the stronger policy stays.</summary>
    /// <param name="winners">By slot, the match that wins the feature.</param>
    /// <param name="onClash">Told the winner, the loser, and what both set.</param>
    /// <returns>By slot, the match that gives the feature.</returns>
    public Match[] Settle(Match[] winners, Action<(int Slot, Match Match), (int Slot, Match Match), string> onClash)
    {
        if (!_mayClash)
        {
            return winners;
        }

        var settled = new Match[winners.Length];
        Array.Fill(settled, Match.Nobody);
        var slots = Enumerable
            .Range(0, winners.Length)
            .Where(slot => winners[slot].ScopedPolicy != Match.None)
            .ToList();
        slots.Sort(
            (one, other) =>
                Beats(winners[one], winners[other]) ? -1
                : Beats(winners[other], winners[one]) ? 1
                : one - other
        );
        foreach (var slot in slots)
        {
            var (owner, knob) = Enumerable
                .Range(0, winners.Length)
                .Where(other => settled[other].ScopedPolicy != Match.None)
                .Select(other =>
                    (
                        other,
                        KnobRules.Clash(
                            FeatureOf(settled[other], other).Feature.Knobs,
                            FeatureOf(winners[slot], slot).Feature.Knobs
                        )
                    )
                )
                .FirstOrDefault(clash => clash.Item2 is not null);
            if (knob is null)
            {
                settled[slot] = winners[slot];
            }
            else
            {
                onClash(
                    (owner, settled[owner]),
                    (slot, winners[slot]),
                    $"{Stages[owner].Feature} and {Stages[slot].Feature} both set {knob}"
                );
            }
        }

        return settled;
    }

    /// <summary>What a profile gives by these matches.</summary>
    /// <param name="matches">By slot.</param>
    public ImmutableArray<ProfileEntry> EntriesOf(Match[] matches)
    {
        var entries = ImmutableArray.CreateBuilder<ProfileEntry>();
        for (var slot = 0; slot < matches.Length; slot++)
        {
            if (matches[slot].ScopedPolicy != Match.None)
            {
                var (_, feature, result) = FeatureOf(matches[slot], slot);
                result.Wins = true;
                entries.Add(
                    new ProfileEntry(slot, feature.Name, PolicyOf(matches[slot]).Name, feature.Parameters)
                    {
                        ListenerSettings = feature.ListenerSettings,
                    }
                );
            }
        }

        return entries.ToImmutable();
    }

    // In most sets no two features set one thing: nothing has to be settled then.
    private static bool MayClash(ImmutableArray<ScopedPolicy> all)
    {
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        return all.SelectMany(policy => policy.Features)
            .SelectMany(feature => feature.Knobs, (feature, knob) => (feature, knob))
            .Any(owned =>
                owned.knob.Rule == KnobRule.One
                && !owners.TryAdd(owned.knob.Name, owned.feature.Name)
                && owners[owned.knob.Name] != owned.feature.Name
            );
    }

    private SlotFeature[] Admit(ScopedPolicy policy, Dictionary<string, int> slots, ContestResult[] results)
    {
        var admitted = new List<SlotFeature>();
        for (var i = 0; i < policy.Features.Length; i++)
        {
            if (slots.TryGetValue(policy.Features[i].Name, out var slot))
            {
                results[i].IsAdmitted = true;
                admitted.Add(new SlotFeature(slot, policy.Features[i], results[i]));
            }
            else
            {
                results[i].FullScopes.Add(Scope);
            }
        }

        return [.. admitted];
    }
}
