using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using NetEdit.Features;

namespace NetEdit.Model;

/// <summary>A range of ports of one chain that every policy treats alike.</summary>
/// <param name="Chain">Key of the chain.</param>
/// <param name="First">First port, 0 to 65535.</param>
/// <param name="Last">Last port, not less than the first.</param>
/// <param name="Class">Class of the ports, 1 to 65535. Ports in no range have class 0.</param>
public readonly record struct PortRange(uint Chain, ushort First, ushort Last, ushort Class);

/// <summary>The two properties by which a rule tells sockets apart. The values are those of the kernel side.</summary>
public enum OriginKind : byte
{
    /// <summary>
    /// The number of the user to whom the socket belongs. That is the user who created it. A socket from
    /// <c>accept()</c> belongs to the listener's user during the handshake and to the accepting process afterwards.
    /// </summary>
    User = 0,

    /// <summary>
    /// The interface through which the connection's route leads: a name, or the beginning of names followed by
    /// <c>*</c>.
    /// </summary>
    Interface = 1,
}

/// <summary>
/// A user or an interface of one chain, with its class. Users, or interfaces, that every policy treats alike share a
/// class.
/// </summary>
/// <param name="Chain">Key of the chain.</param>
/// <param name="Kind">Whether the value is a user or an interface.</param>
/// <param name="Value">
/// The user's number, or the interface's name. If several patterns match an interface, the longest decides.
/// </param>
/// <param name="Class">Class, 1 to <see cref="Most"/>. Users and interfaces that no policy names have class 0.</param>
public sealed record SocketOwnerClass(uint Chain, OriginKind Kind, string Value, byte Class)
{
    /// <summary>
    /// Greatest number of classes of users, and of interfaces, that one chain can tell apart. A class must fit into
    /// half a byte of a rule.
    /// </summary>
    public const int Most = 15;

    private const int Half = Most + 1;

    /// <summary>Combines a class of users and a class of interfaces into the byte that a rule has.</summary>
    public static byte Together(int user, int place) => (byte)(user + (place * Half));

    /// <summary>Returns the class of users in the byte that a rule has.</summary>
    public static int UserOf(byte origin) => origin % Half;

    /// <summary>Returns the class of interfaces in the byte that a rule has.</summary>
    public static int InterfaceOf(byte origin) => origin / Half;
}

/// <summary>A rule, which gives a profile to the connections with certain peers.</summary>
/// <param name="Chain">Key of the chain.</param>
/// <param name="Direction">Direction of the connection, which says who opens it.</param>
/// <param name="PortClass">Class of the server's port.</param>
/// <param name="Peers">The peers. If several prefixes contain a peer, the longest decides.</param>
/// <param name="Profile">Id of the profile.</param>
public sealed record PrefixRule(uint Chain, Direction Direction, ushort PortClass, IpPrefix Peers, ulong Profile)
{
    /// <summary>The classes of the socket's user and interface (<see cref="SocketOwnerClass.Together"/>).</summary>
    public byte Origin { get; init; }
}

/// <summary>
/// The rules, which say which connections get which profile. The kernel gets the table as a whole: a new table is built
/// beside the one in use, and one write switches to it. The port ranges of one chain do not overlap.
/// </summary>
public sealed class RuleTable
{
    private readonly Lazy<string> _digest;

    /// <summary>Creates a table and sorts its entries.</summary>
    public RuleTable(
        IEnumerable<PortRange> ports,
        IEnumerable<PrefixRule> prefixes,
        IEnumerable<SocketOwnerClass>? origins = null
    )
    {
        Origins = Sorted(
            origins ?? [],
            (one, other) =>
                FirstDifference(
                    one.Chain.CompareTo(other.Chain),
                    (int)one.Kind - (int)other.Kind,
                    string.CompareOrdinal(one.Value, other.Value)
                )
        );
        Ports = Sorted(
            ports,
            (one, other) => FirstDifference(one.Chain.CompareTo(other.Chain), one.First - other.First)
        );
        Prefixes = Sorted(
            prefixes,
            (one, other) =>
                FirstDifference(
                    one.Chain.CompareTo(other.Chain),
                    (int)one.Direction - (int)other.Direction,
                    one.PortClass - other.PortClass,
                    one.Origin - other.Origin,
                    one.Peers.CompareTo(other.Peers)
                )
        );
        _digest = new Lazy<string>(ComputeDigest);
    }

    /// <summary>The table without rules.</summary>
    public static RuleTable Empty { get; } = new([], []);

    /// <summary>Port ranges with their classes, sorted by chain and port.</summary>
    public ImmutableArray<PortRange> Ports { get; }

    /// <summary>
    /// Users and interfaces with their classes, sorted by chain and kind; empty if no policy tells them apart.
    /// </summary>
    public ImmutableArray<SocketOwnerClass> Origins { get; }

    /// <summary>Rules, sorted by chain, direction, classes and prefix.</summary>
    public ImmutableArray<PrefixRule> Prefixes { get; }

    /// <summary>Whether the table has neither port ranges nor rules.</summary>
    public bool IsEmpty => Ports.IsEmpty && Prefixes.IsEmpty;

    /// <summary>
    /// Digest of the table, 16 hexadecimal digits. Equal tables have equal digests. The kernel object carries it in its
    /// name.
    /// </summary>
    public string Digest => _digest.Value;

    /// <summary>
    /// Returns this table plus the entries of another table for chains that this table does not mention.
    /// </summary>
    public RuleTable WithChainsOf(RuleTable other)
    {
        if (other.IsEmpty && other.Origins.IsEmpty)
        {
            return this;
        }

        var known = Prefixes.Select(rule => rule.Chain).Concat(Ports.Select(range => range.Chain)).ToHashSet();
        return new RuleTable(
            Ports.Concat(other.Ports.Where(range => !known.Contains(range.Chain))),
            Prefixes.Concat(other.Prefixes.Where(rule => !known.Contains(rule.Chain))),
            Origins.Concat(other.Origins.Where(origin => !known.Contains(origin.Chain)))
        );
    }

    /* One sort by one comparison: with a key for each part, a table of 10,000 rules took a quarter of a decision. */
    private static ImmutableArray<T> Sorted<T>(IEnumerable<T> items, Comparison<T> compare)
    {
        T[] sorted = [.. items];
        Array.Sort(sorted, compare);
        return ImmutableCollectionsMarshal.AsImmutableArray(sorted);
    }

    private static int FirstDifference(params ReadOnlySpan<int> differences)
    {
        foreach (var difference in differences)
        {
            if (difference != 0)
            {
                return difference;
            }
        }

        return 0;
    }

    private string ComputeDigest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> record = stackalloc byte[33];
        foreach (var range in Ports)
        {
            record.Clear();
            BinaryPrimitives.WriteUInt32LittleEndian(record, range.Chain);
            BinaryPrimitives.WriteUInt16LittleEndian(record[4..], range.First);
            BinaryPrimitives.WriteUInt16LittleEndian(record[6..], range.Last);
            BinaryPrimitives.WriteUInt16LittleEndian(record[8..], range.Class);
            record[31] = 1;
            hash.AppendData(record);
        }

        foreach (var origin in Origins)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{origin.Chain:x8} {origin.Kind} {origin.Value} {origin.Class}\n"));
        }

        foreach (var rule in Prefixes)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(record, rule.Chain);
            BinaryPrimitives.WriteUInt16LittleEndian(record[4..], rule.PortClass);
            record[6] = (byte)rule.Direction;
            record[7] = (byte)rule.Peers.Length;
            rule.Peers.WriteAddress(record[8..24]);
            BinaryPrimitives.WriteUInt64LittleEndian(record[24..], rule.Profile);
            record[32] = rule.Origin;
            hash.AppendData(record);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }
}
