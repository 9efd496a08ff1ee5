using System.Net;
using NetEdit.Adapter.Kinds;
using NetEdit.Adapter.Maps;
using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.Adapter.Tests;

public sealed class RangeTableTests
{
    private const uint Chain = 0xc0ffee;
    private const int Seed = 20261128;

    /// <summary>Whatever the rules are, a search in the array finds what the longest prefix gives.</summary>
    [Theory]
    [InlineData(0u, 0, 300)]
    [InlineData(0u, 0, 5000)]
    [InlineData(0x0a000000u, 8, 1000)]
    [InlineData(0x0a010000u, 16, 3000)]
    [InlineData(0xffffff00u, 24, 400)]
    [InlineData(0xfffffe00u, 22, 500)]
    [InlineData(0u, 20, 300)]
    public void A_search_finds_what_the_longest_prefix_gives(uint within, int shared, int count)
    {
        for (var round = 0; round < 8; round++)
        {
            var random = new Random(Seed + round);
            var rules = Random(random, within, shared, count);
            if (round % 2 == 1)
            {
                rules.Add(Rule("::/0", 1));
                rules.Add(Rule("::/64", 2));
                rules.Add(Rule("64:ff9b::/96", 3));
            }

            if (round % 4 >= 2)
            {
                rules.Add(Rule("0.0.0.0/0", 4));
            }

            var table = new RuleTable([], rules);
            var entries = RangeTable.Build(table).ToArray();
            entries.ShouldNotBeEmpty();
            foreach (var address in Interesting(random, table).Distinct().ToList())
            {
                Search(entries, table.Prefixes[0], address).ShouldBe(Longest(table, address), $"{address:x8}");
            }
        }
    }

    [Fact]
    public void Groups_of_few_prefixes_are_not_in_the_array()
    {
        var many = Random(new Random(Seed), 0, 0, RangeTable.LeastPrefixes);
        RangeTable.Build(new RuleTable([], many.Take(RangeTable.LeastPrefixes - 1))).IsEmpty.ShouldBeTrue();
        RangeTable.Build(RuleTable.Empty).IsEmpty.ShouldBeTrue();

        var table = new RuleTable([], many.Append(Rule("0.0.0.0/0", 5) with { Direction = Direction.Inbound }));
        var entries = RangeTable.Build(table).ToArray();

        Search(entries, table.Prefixes.First(rule => rule.Direction == Direction.Outbound), 0).ShouldNotBeNull();
        Search(entries, table.Prefixes.First(rule => rule.Direction == Direction.Inbound), 0).ShouldBeNull();
    }

    [Fact]
    public void IPv6_prefixes_do_not_count()
    {
        var rules = Enumerable.Range(0, 1000).Select(index => Rule($"fd00:{index:x}::/32", 1)).Append(Rule("::/0", 2));
        RangeTable.Build(new RuleTable([], rules)).IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void Groups_that_give_the_same_share_their_ranges()
    {
        var one = Random(new Random(Seed), 0, 0, 1000);
        var alone = RangeTable.Build(new RuleTable([], one)).Length;

        var both = new RuleTable([], one.Concat(one.Select(rule => rule with { Direction = Direction.Inbound })));
        RangeTable.Build(both).Length.ShouldBe(alone);

        var other = one.Select(rule => rule with { PortClass = 3, Profile = rule.Profile + 1 });
        RangeTable.Build(new RuleTable([], one.Concat(other))).Length.ShouldBeGreaterThan(alone + 1000);
    }

    /// <summary>The more groups, the more of them find their places taken: these are left to the trie, and the largest are not.</summary>
    [Fact]
    public void Many_groups_are_each_found_or_left_out_as_a_whole()
    {
        const int Groups = 400;
        var rules = Enumerable
            .Range(0, Groups)
            .SelectMany(index =>
                Random(new Random(Seed + index), 0, 0, RangeTable.LeastPrefixes + index)
                    .Select(rule => rule with { Chain = Chain + (uint)index })
            );
        var table = new RuleTable([], rules);
        var entries = RangeTable.Build(table).ToArray();

        var found = 0;
        foreach (var group in table.Prefixes.GroupBy(rule => rule.Chain))
        {
            var only = new RuleTable([], group);
            if (Search(entries, group.First(), 0) is null)
            {
                group.Key.ShouldBeLessThan(Chain + (Groups * 3 / 4));
                continue;
            }

            found++;
            foreach (var address in Interesting(new Random(Seed), only).Take(200).ToList())
            {
                Search(entries, group.First(), address).ShouldBe(Longest(only, address));
            }
        }

        found.ShouldBeInRange(150, Abi.Range.Groups);
    }

    /// <summary>All in two of the buckets: the longest search there can be.</summary>
    [Fact]
    public void Addresses_that_crowd_together_are_found_in_as_many_steps_as_a_program_makes()
    {
        var crowd = Enumerable
            .Range(0, 1 << 15)
            .Select(index => Rule(new IPAddress([1, 2, (byte)(index >> 7), (byte)((index << 1) | 1)]) + "/32", 1))
            .Append(Rule("0.0.0.0/32", 2))
            .Append(Rule("255.255.255.255/32", 3));
        var table = new RuleTable([], crowd);
        var entries = RangeTable.Build(table).ToArray();

        for (var address = 0x0101fffeu; address < 0x01030002u; address++)
        {
            Search(entries, table.Prefixes[0], address)
                .ShouldBe(address is >= 0x01020000u and < 0x01030000u && address % 2 == 1 ? 1ul : 0);
        }

        Search(entries, table.Prefixes[0], 0).ShouldBe(2ul);
        Search(entries, table.Prefixes[0], uint.MaxValue).ShouldBe(3ul);
    }

    /// <summary>Neighbours that give the same are one range, so many prefixes may become few ranges, or none.</summary>
    [Theory]
    [InlineData(0x00000000u, 8)]
    [InlineData(0x40000000u, 9)]
    [InlineData(0x80000000u, 9)]
    [InlineData(0x7f800000u, 16)]
    [InlineData(0xffffff00u, 32)]
    public void Many_prefixes_that_give_the_same_are_found(uint first, int length)
    {
        var prefixes = Enumerable
            .Range(0, 256)
            .Select(index => first + ((uint)index << (32 - length)))
            .Select(address => new IpPrefix(0, IpPrefix.AnyIPv4.Lower | address, 96 + length))
            .ToList();
        foreach (var (given, around) in new (ulong, ulong)[] { (7, 0), (7, 8), (7, 7) })
        {
            var table = new RuleTable(
                [],
                prefixes
                    .Select(prefix => new PrefixRule(Chain, Direction.Outbound, 0, prefix, given))
                    .Concat(around == 0 ? [] : [Rule("0.0.0.0/0", around)])
            );
            var entries = RangeTable.Build(table).ToArray();
            foreach (var address in Interesting(new Random(Seed), table).ToList())
            {
                Search(entries, table.Prefixes[0], address).ShouldBe(Longest(table, address), $"{address:x8}");
            }
        }
    }

    [Fact]
    public void What_does_not_fit_is_left_to_the_trie_and_smaller_groups_are_not()
    {
        var small = Random(new Random(Seed), 0, 0, 300);
        var large = Random(new Random(Seed), 0, 0, 3000).Select(rule => rule with { Direction = Direction.Inbound });
        var table = new RuleTable([], small.Concat(large));

        var entries = RangeTable.Build(table, 3000).ToArray();

        entries.Length.ShouldBeLessThanOrEqualTo(3000);
        Search(entries, table.Prefixes.First(rule => rule.Direction == Direction.Outbound), 0).ShouldNotBeNull();
        Search(entries, table.Prefixes.First(rule => rule.Direction == Direction.Inbound), 0).ShouldBeNull();
    }

    private static PrefixRule Rule(string peers, ulong profile)
    {
        IpPrefix.TryParse(peers, out var prefix, out var error).ShouldBeTrue(error);
        return new PrefixRule(Chain, Direction.Outbound, 0, prefix, profile);
    }

    private static List<PrefixRule> Random(Random random, uint within, int shared, int count)
    {
        var prefixes = new Dictionary<IpPrefix, PrefixRule>();
        while (prefixes.Count < count)
        {
            var length = random.Next(shared + 1, 33);
            var address = within | ((uint)random.NextInt64(1L << 32) & (uint)((1UL << (32 - shared)) - 1));
            address &= uint.MaxValue << (32 - length);
            var prefix = new IpPrefix(0, IpPrefix.AnyIPv4.Lower | address, 96 + length);
            prefixes[prefix] = new PrefixRule(Chain, Direction.Outbound, 0, prefix, (ulong)random.Next(10, 30));
        }

        return [.. prefixes.Values];
    }

    /// <summary>The addresses at which what is found may change, and random ones.</summary>
    private static IEnumerable<uint> Interesting(Random random, RuleTable table)
    {
        yield return 0;
        yield return uint.MaxValue;
        foreach (var prefix in table.Prefixes.Select(rule => rule.Peers).Where(peers => peers.IsIPv4))
        {
            var first = (uint)prefix.Lower;
            var last = (uint)(first + (1UL << (128 - prefix.Length)) - 1);
            yield return first;
            yield return unchecked(first - 1);
            yield return last;
            yield return unchecked(last + 1);
            yield return (uint)random.NextInt64(first, last + 1L);
            yield return (uint)random.NextInt64(1L << 32);
        }
    }

    private static ulong Longest(RuleTable table, uint address)
    {
        var peer = new IpPrefix(0, IpPrefix.AnyIPv4.Lower | address, 128);
        return table.Prefixes.Where(rule => rule.Peers.Contains(peer)).MaxBy(rule => rule.Peers.Length)?.Profile ?? 0;
    }

    /// <summary>What <c>netedit_search</c> does; null where it leaves the answer to the trie.</summary>
    private static ulong? Search(RangeEntry[] entries, PrefixRule group, uint address)
    {
        var key =
            ((ulong)group.Chain << 32) | ((ulong)group.PortClass << 16) | ((ulong)group.Direction << 8) | group.Origin;
        var hash = unchecked(key * 0x9e3779b97f4a7c15);
        var place = (uint)((hash ^ (hash >> 32)) >> 56);
        for (var step = 0u; step < Abi.Range.GroupTries; step++)
        {
            var index = (place + step) % Abi.Range.Groups * 2;
            if (entries[index].Id == 0)
            {
                return null;
            }

            if (entries[index].Id == key)
            {
                return Search(entries, entries[index], entries[index + 1], address);
            }
        }

        return null;
    }

    private static ulong Search(RangeEntry[] entries, RangeEntry group, RangeEntry others, uint address)
    {
        var number = unchecked((address >> ((int)others.Count & 31)) - others.First);
        if (number >= group.Count)
        {
            return others.Id;
        }

        var bucket = entries[group.First + number];
        var (id, index, count) = (bucket.Id, bucket.First, bucket.Count);
        for (var step = 0; step < Abi.Range.Steps && count > 0; step++)
        {
            var half = count / 2;
            var range = entries[index + half];
            if (range.First <= address)
            {
                (id, index, count) = (range.Id, index + half + 1, count - half - 1);
            }
            else
            {
                count = half;
            }
        }

        count.ShouldBe(0u);
        return id;
    }
}
