using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;
using NetEdit.Adapter.Maps;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary><c>struct netedit_range</c>: an entry of a group, a bucket or a range.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct RangeEntry(ulong Id, uint First, uint Count);

/// <summary>
/// The groups of rules that are for many IPv4 peers, as the array in which programs search an address: places of groups, buckets,
/// ranges (<c>abi.h</c>). Groups that give every address the same, as those of both directions often do, share the latter two.
/// </summary>
internal sealed class RangeTable
{
    /// <summary>Fewer prefixes of a group are looked up in the trie.</summary>
    internal const int LeastPrefixes = 256;

    /// <summary>Most entries of the array: 64 MiB. A group that no longer fits is looked up in the trie.</summary>
    internal const int MostEntries = 1 << 22;

    private const int EntriesOfGroup = 2;

    /// <summary>Enough that a bucket never leads to more ranges than a search has steps for.</summary>
    private const int MostBuckets = 1 << (AddressBits - Abi.Range.Steps);

    /// <summary>With one bucket for all addresses its number would have no bits.</summary>
    private const int LeastBuckets = 2;

    private const int AddressBits = 32;

    private readonly List<RangeEntry> _entries = [.. new RangeEntry[EntriesOfGroup * Abi.Range.Groups]];
    private readonly List<BuiltRanges> _built = [];

    private readonly int _mostEntries;

    private RangeTable(int mostEntries) => _mostEntries = mostEntries;

    /// <summary>The entries; none where no group has so many peers.</summary>
    internal static ReadOnlySpan<RangeEntry> Build(RuleTable rules, int mostEntries = MostEntries)
    {
        var table = new RangeTable(mostEntries);
        foreach (var group in Groups(rules).OrderByDescending(group => group.Ranges.Prefixes))
        {
            table.Add(group.Key, group.Ranges);
        }

        return table._built.Count == 0 ? [] : CollectionsMarshal.AsSpan(table._entries);
    }

    private static IEnumerable<(ulong Key, AddressRanges Ranges)> Groups(RuleTable rules)
    {
        for (int first = 0, next; first < rules.Prefixes.Length; first = next)
        {
            var key = Key(rules.Prefixes[first]);
            next = first + 1;
            while (next < rules.Prefixes.Length && Key(rules.Prefixes[next]) == key)
            {
                next++;
            }

            if (
                next - first >= LeastPrefixes
                && new AddressRanges(rules.Prefixes.AsSpan(first, next - first)) is { Prefixes: >= LeastPrefixes } found
            )
            {
                yield return (key, found);
            }
        }
    }

    /// <summary><c>NETEDIT_GROUP</c>.</summary>
    private static ulong Key(PrefixRule rule) =>
        ((ulong)rule.Chain << 32) | ((ulong)rule.PortClass << 16) | ((ulong)rule.Direction << 8) | rule.Origin;

    /// <summary>Adds a group, unless its places are taken or it does not fit.</summary>
    private void Add(ulong key, AddressRanges ranges)
    {
        if (FreePlace(key) is not { } place)
        {
            return;
        }

        if ((_built.Find(built => built.Addresses.AreThoseOf(ranges)) ?? TryBuild(ranges)) is { } built)
        {
            _entries[place] = built.Buckets with { Id = key };
            _entries[place + 1] = built.Others;
        }
    }

    private int? FreePlace(ulong key) =>
        Enumerable
            .Range(0, Abi.Range.GroupTries)
            .Select(step => (int)((Hash(key) + (uint)step) % Abi.Range.Groups * EntriesOfGroup))
            .Cast<int?>()
            .FirstOrDefault(place => _entries[place!.Value].Id == 0);

    /// <summary>The upper bits of <c>netedit_mix</c>.</summary>
    private static uint Hash(ulong key) => (uint)(unchecked(key * 0x9e3779b97f4a7c15) >> 56);

    private BuiltRanges? TryBuild(AddressRanges addresses)
    {
        var (buckets, others) = (new RangeEntry(0, (uint)_entries.Count, 0), new RangeEntry(addresses.Others, 0, 0));
        if (addresses.Ranges is { IsEmpty: false } ranges)
        {
            var shift = Shift(addresses);
            var first = ranges[0].First >> shift;
            buckets = buckets with { Count = (uint)((addresses.Behind - 1) >> shift) - first + 1 };
            others = others with { First = first, Count = (uint)shift };
            if (_entries.Count + buckets.Count + ranges.Length > _mostEntries)
            {
                return null;
            }

            AddBuckets(ranges, buckets, others);
            _entries.AddRange(ranges.Select(range => new RangeEntry(range.Profile, range.First, 0)));
        }

        var built = new BuiltRanges(addresses, buckets, others);
        _built.Add(built);
        return built;
    }

    /// <summary>Bits of an address beside the number of its bucket, so that there is about one range to a bucket.</summary>
    private static int Shift(AddressRanges addresses)
    {
        var most = Math.Clamp(
            BitOperations.RoundUpToPowerOf2((uint)addresses.Ranges.Length),
            LeastBuckets,
            MostBuckets
        );
        var shift = 0;
        while (((addresses.Behind - 1) >> shift) - (addresses.Ranges[0].First >> shift) >= most)
        {
            shift++;
        }

        return shift;
    }

    private void AddBuckets(ImmutableArray<AddressRange> ranges, RangeEntry buckets, RangeEntry others)
    {
        var (profile, next, shift) = (others.Id, 0, (int)others.Count);
        for (ulong number = others.First; number < others.First + (ulong)buckets.Count; number++)
        {
            Pass(number << shift);
            var (first, before) = (profile, next);
            Pass(((number + 1) << shift) - 1);
            _entries.Add(new RangeEntry(first, buckets.First + buckets.Count + (uint)before, (uint)(next - before)));
        }

        void Pass(ulong address)
        {
            while (next < ranges.Length && ranges[next].First <= address)
            {
                profile = ranges[next++].Profile;
            }
        }
    }

    /// <summary>Ranges in the array, with the two entries of each group that has them; the first one lacks its key.</summary>
    private sealed record BuiltRanges(AddressRanges Addresses, RangeEntry Buckets, RangeEntry Others);
}
