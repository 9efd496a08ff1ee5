using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>A range of IPv4 addresses, up to the next one.</summary>
/// <param name="First">Its first address, in host order.</param>
/// <param name="Profile">Id that the rules give its addresses; 0 when no rule is for them.</param>
internal readonly record struct AddressRange(uint First, ulong Profile);

/// <summary>
/// What a group of rules gives each IPv4 address: the longest prefixes, as ranges. Rules whose prefixes hold all IPv4 addresses
/// count, too, so that the ranges are the whole answer.
/// </summary>
internal sealed class AddressRanges
{
    private const int AddressBits = 128;
    private const ulong End = 1UL << 32;

    private readonly List<AddressRange> _ranges = [];

    /// <summary>Makes the ranges.</summary>
    /// <param name="rules">Rules that differ in their peers alone, each prefix before those within it.</param>
    internal AddressRanges(ReadOnlySpan<PrefixRule> rules)
    {
        var around = new Stack<(ulong End, ulong Profile)>();
        foreach (var rule in rules)
        {
            if (rule.Peers.Contains(IpPrefix.AnyIPv4))
            {
                Others = rule.Profile;
            }
            else if (rule.Peers.IsIPv4)
            {
                Prefixes++;
                var first = (uint)rule.Peers.Lower;
                Leave(around, first);
                Begin(first, rule.Profile);
                around.Push((first + (1UL << (AddressBits - rule.Peers.Length)), rule.Profile));
            }
        }

        Leave(around, End);
        Ranges = [.. _ranges];
    }

    /// <summary>How many of the rules are for some IPv4 addresses and not for all.</summary>
    internal int Prefixes { get; }

    /// <summary>Id that addresses before the first range get; 0 when no rule is for them.</summary>
    internal ulong Others { get; }

    /// <summary>The ranges in order. Neighbours differ, and the first one differs from <see cref="Others"/>.</summary>
    internal ImmutableArray<AddressRange> Ranges { get; }

    /// <summary>The address behind the last one that differs from <see cref="Others"/>.</summary>
    internal ulong Behind => Ranges[^1].Profile == Others ? Ranges[^1].First : End;

    /// <summary>Whether other rules give every address the same.</summary>
    internal bool AreThoseOf(AddressRanges other) =>
        Others == other.Others && Ranges.AsSpan().SequenceEqual(other.Ranges.AsSpan());

    /// <summary>Ends the prefixes that end before an address or at it; what is around each goes on.</summary>
    private void Leave(Stack<(ulong End, ulong Profile)> around, ulong address)
    {
        while (around.TryPeek(out var inner) && inner.End <= address)
        {
            around.Pop();
            if (inner.End < End)
            {
                Begin((uint)inner.End, around.TryPeek(out var outer) ? outer.Profile : Others);
            }
        }
    }

    private void Begin(uint first, ulong profile)
    {
        if (_ranges.Count > 0 && _ranges[^1].First == first)
        {
            _ranges.RemoveAt(_ranges.Count - 1);
        }

        if ((_ranges.Count > 0 ? _ranges[^1].Profile : Others) != profile)
        {
            _ranges.Add(new AddressRange(first, profile));
        }
    }
}
