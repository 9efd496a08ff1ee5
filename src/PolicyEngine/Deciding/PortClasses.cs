using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>A selector with ports that matches a class of ports.</summary>
/// <param name="ScopedPolicy">Index of its policy in the chain.</param>
/// <param name="Selector">The selector.</param>
/// <param name="Width">How narrow its ports are among those of the class: 0 is the narrowest of its group.</param>
internal readonly record struct ClassMember(int ScopedPolicy, ConnectionSelector Selector, int Width);

/// <summary>Ports that one class stands for.</summary>
internal readonly record struct ClassRange(PortInterval Ports, int Class);

/// <summary>
/// The ports of one chain, cut where any policy's range begins or ends; pieces that are treated alike share a class.
/// Class 0 is for the ports in no range.
/// </summary>
/// <param name="Ranges">Sorted by port.</param>
/// <param name="Members">By class, the selectors with ports that match it; none for class 0.</param>
/// <param name="HasOtherPorts">Whether any port is in no range.</param>
internal sealed record PortClasses(
    ImmutableArray<ClassRange> Ranges,
    ImmutableArray<ImmutableArray<ClassMember>> Members,
    bool HasOtherPorts
)
{
    private const int Ports = 65_536;

    private readonly record struct Interval(int First, int Last, int Selector);

    private sealed record NumberedSelector(int ScopedPolicy, int Group, ConnectionSelector Selector);

    /// <summary>Cuts the ports; null when it exceeds the budget.</summary>
    public static PortClasses? Cut(ImmutableArray<ScopedPolicy> scopedPolicies, CompositionBudget budget)
    {
        var selectors = new List<NumberedSelector>();
        var intervals = new List<Interval>();
        for (var i = 0; i < scopedPolicies.Length; i++)
        {
            // Selectors of one policy that differ in nothing but their ports are one: a file may have tens of thousands.
            var alike = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (var selector in scopedPolicies[i].Selectors.Where(selector => !selector.Ports.IsEmpty))
            {
                var others = Others(selector);
                if (!alike.TryGetValue(others, out var number))
                {
                    alike.Add(others, number = selectors.Count);
                    selectors.Add(new NumberedSelector(i, scopedPolicies[i].Group, selector));
                }

                intervals.AddRange(selector.Ports.Select(ports => new Interval(ports.First, ports.Last, number)));
            }
        }

        intervals.Sort((left, right) => left.First.CompareTo(right.First));
        var cuts = intervals
            .SelectMany(interval => (int[])[interval.First, interval.Last + 1])
            .Distinct()
            .Order()
            .ToList();
        var ranges = new List<ClassRange>();
        var members = new List<ImmutableArray<ClassMember>> { ImmutableArray<ClassMember>.Empty };
        var classes = new Dictionary<ImmutableArray<ClassMember>, int>(MembersComparer.Instance);
        var open = new List<Interval>();
        var next = 0;
        var covered = 0;
        for (var i = 0; i + 1 < cuts.Count; i++)
        {
            open.RemoveAll(interval => interval.Last < cuts[i]);
            while (next < intervals.Count && intervals[next].First == cuts[i])
            {
                open.Add(intervals[next++]);
            }

            if (!budget.TakeEntries(open.Count))
            {
                return null;
            }

            if (open.Count == 0)
            {
                continue;
            }

            var key = MembersOf(open, selectors);
            if (!classes.TryGetValue(key, out var number))
            {
                number = members.Count;
                classes.Add(key, number);
                members.Add(key);
            }

            covered += cuts[i + 1] - cuts[i];
            Append(ranges, new ClassRange(new PortInterval((ushort)cuts[i], (ushort)(cuts[i + 1] - 1)), number));
        }

        // Port 0 is no port a connection can have.
        return new PortClasses([.. ranges], [.. members], covered < Ports - 1);
    }

    /// <summary>All of a selector but its ports.</summary>
    private static string Others(ConnectionSelector selector) =>
        $"{string.Join(' ', selector.Directions)};{string.Join(' ', selector.Peers)};"
        + $"{string.Join(' ', selector.Users)};{string.Join(' ', selector.Interfaces)}";

    private static void Append(List<ClassRange> ranges, ClassRange range)
    {
        if (ranges.Count > 0 && ranges[^1].Class == range.Class && ranges[^1].Ports.Last + 1 == range.Ports.First)
        {
            ranges[^1] = new ClassRange(new PortInterval(ranges[^1].Ports.First, range.Ports.Last), range.Class);
        }
        else
        {
            ranges.Add(range);
        }
    }

    // Widths become places within each group, because only their order matters; so more ports share a class.
    private static ImmutableArray<ClassMember> MembersOf(List<Interval> open, List<NumberedSelector> selectors)
    {
        var narrowest = new SortedDictionary<int, int>();
        foreach (var interval in open)
        {
            var width = interval.Last - interval.First;
            if (!narrowest.TryGetValue(interval.Selector, out var known) || width < known)
            {
                narrowest[interval.Selector] = width;
            }
        }

        var places = new Dictionary<(int Group, int Width), int>();
        foreach (var group in narrowest.GroupBy(pair => selectors[pair.Key].Group, pair => pair.Value))
        {
            foreach (var width in group.Distinct().Order().Index())
            {
                places.Add((group.Key, width.Item), width.Index);
            }
        }

        return
        [
            .. narrowest.Select(pair => new ClassMember(
                selectors[pair.Key].ScopedPolicy,
                selectors[pair.Key].Selector,
                places[(selectors[pair.Key].Group, pair.Value)]
            )),
        ];
    }

    private sealed class MembersComparer : IEqualityComparer<ImmutableArray<ClassMember>>
    {
        public static MembersComparer Instance { get; } = new();

        public bool Equals(ImmutableArray<ClassMember> left, ImmutableArray<ClassMember> right) =>
            left.Length == right.Length
            && left.Zip(right)
                .All(pair =>
                    pair.First.Width == pair.Second.Width
                    && pair.First.ScopedPolicy == pair.Second.ScopedPolicy
                    && ReferenceEquals(pair.First.Selector, pair.Second.Selector)
                );

        public int GetHashCode(ImmutableArray<ClassMember> members)
        {
            var hash = new HashCode();
            foreach (var member in members)
            {
                hash.Add(member.ScopedPolicy);
                hash.Add(member.Width);

                // Those of one policy may differ in nothing else.
                hash.Add(RuntimeHelpers.GetHashCode(member.Selector));
            }

            return hash.ToHashCode();
        }
    }
}
