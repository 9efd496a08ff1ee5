using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>A prefix of a policy, among the connections of one direction and class of ports.</summary>
/// <param name="Prefix">The prefix.</param>
/// <param name="ScopedPolicy">Index of the policy in the chain.</param>
/// <param name="Width">How narrow its ports are; <see cref="AnyPort"/> when they are not bounded.</param>
/// <param name="Named">Whether users (2) and interfaces (1) are named; the sum.</param>
internal readonly record struct PrefixEntry(IpPrefix Prefix, int ScopedPolicy, int Width, int Named)
    : IComparable<PrefixEntry>
{
    /// <summary>The width of a selector without ports: wider than every range.</summary>
    public const int AnyPort = int.MaxValue;

    /// <summary>By prefix, covering ones first, then by policy, its narrowest selector first.</summary>
    public int CompareTo(PrefixEntry other)
    {
        var order = Prefix.CompareAddressTo(other.Prefix);
        order = order != 0 ? order : Prefix.Length.CompareTo(other.Prefix.Length);
        order = order != 0 ? order : ScopedPolicy.CompareTo(other.ScopedPolicy);
        order = order != 0 ? order : Width.CompareTo(other.Width);
        return order != 0 ? order : other.Named.CompareTo(Named);
    }
}

/// <summary>One distinct prefix and the entries that have it.</summary>
/// <param name="Prefix">The prefix.</param>
/// <param name="First">Index of its first entry.</param>
/// <param name="Count">How many entries have it.</param>
/// <param name="Depth">How many other prefixes of the forest cover it.</param>
internal readonly record struct PrefixNode(IpPrefix Prefix, int First, int Count, int Depth);

/// <summary>The distinct prefixes of sorted entries, in order: each directly after those that cover it.</summary>
internal sealed class PrefixForest
{
    private readonly List<PrefixNode> _nodes = [];
    private readonly List<AddressCount> _coveredBelow = [];

    /// <summary>Builds the forest.</summary>
    public PrefixForest(List<PrefixEntry> entries)
    {
        Entries = entries;
        var covering = new Stack<int>();
        for (var i = 0; i < entries.Count; )
        {
            var prefix = entries[i].Prefix;
            var first = i;
            while (i < entries.Count && entries[i].Prefix == prefix)
            {
                i++;
            }

            while (covering.TryPeek(out var candidate) && !_nodes[candidate].Prefix.Contains(prefix))
            {
                covering.Pop();
            }

            if (covering.TryPeek(out var parent))
            {
                _coveredBelow[parent] += AddressCount.Of(prefix);
            }

            covering.Push(_nodes.Count);
            _nodes.Add(new PrefixNode(prefix, first, i - first, covering.Count - 1));
            _coveredBelow.Add(default);
        }
    }

    /// <summary>The entries.</summary>
    public List<PrefixEntry> Entries { get; }

    /// <summary>The distinct prefixes.</summary>
    public IReadOnlyList<PrefixNode> Nodes => _nodes;

    /// <summary>Whether longer prefixes leave a node no address: a rule for it would never be used.</summary>
    public bool IsHidden(int node)
    {
        var hasChildren = node + 1 < _nodes.Count && _nodes[node + 1].Depth > _nodes[node].Depth;
        return hasChildren && _coveredBelow[node] == AddressCount.Of(_nodes[node].Prefix);
    }

    /// <summary>How many addresses, of 128 bits; all 2^128 are 0 here, as is their sum.</summary>
    private readonly record struct AddressCount(ulong Upper, ulong Lower)
    {
        public static AddressCount Of(IpPrefix prefix) =>
            prefix.Length switch
            {
                0 => default,
                <= 64 => new(1UL << (64 - prefix.Length), 0),
                _ => new(0, 1UL << (128 - prefix.Length)),
            };

        public static AddressCount operator +(AddressCount left, AddressCount right)
        {
            var lower = left.Lower + right.Lower;
            return new(left.Upper + right.Upper + (lower < left.Lower ? 1UL : 0), lower);
        }
    }
}
