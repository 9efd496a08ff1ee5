using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using NetEdit.Features;

namespace NetEdit.Model;

/// <summary>Ports of one chain that every policy treats alike.</summary>
/// <param name="Chain">Key of the chain.</param>
/// <param name="First">First port, 0 to 65535.</param>
/// <param name="Last">Last port, not below the first.</param>
/// <param name="Class">Class, 1 to 65535; ports in no range have class 0.</param>
public readonly record struct PortRange(uint Chain, ushort First, ushort Last, ushort Class);

/// <summary>What tells where a socket is from. The values are those of the kernel side.</summary>
public enum OriginKind : byte
{
    /// <summary>The user who made the socket, for an accepted one its listener: a number.</summary>
    User = 0,

    /// <summary>The interface by which its route leads: a name, or the beginning of names and a <c>*</c>.</summary>
    Interface = 1,
}

/// <summary>Users or interfaces of one chain that every policy treats alike.</summary>
/// <param name="Chain">Key of the chain.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Value">The user's number, or the interface's name; of several patterns that match, the longest decides.</param>
/// <param name="Class">Class, 1 to <see cref="Most"/>; what is not named has class 0.</param>
public sealed record SocketOwnerClass(uint Chain, OriginKind Kind, string Value, byte Class)
{
    /// <summary>Classes of users, and of interfaces, that one chain can tell apart: what fits into half a byte of a rule.</summary>
    public const int Most = 15;

    private const int Half = Most + 1;

    /// <summary>A class of users and one of interfaces, as a rule has both.</summary>
    public static byte Together(int user, int place) => (byte)(user + (place * Half));

    /// <summary>The class of users in what a rule has.</summary>
    public static int UserOf(byte origin) => origin % Half;

    /// <summary>The class of interfaces in what a rule has.</summary>
    public static int InterfaceOf(byte origin) => origin / Half;
}

/// <summary>The profile of connections by peer.</summary>
/// <param name="Chain">Key of the chain.</param>
/// <param name="Direction">Who connects.</param>
/// <param name="PortClass">Class of the server's port.</param>
/// <param name="Peers">The peers; the longest prefix that holds the peer decides.</param>
/// <param name="Profile">Id of the profile.</param>
public sealed record PrefixRule(uint Chain, Direction Direction, ushort PortClass, IpPrefix Peers, ulong Profile)
{
    /// <summary>Where the socket is from: <see cref="SocketOwnerClass.Together"/>.</summary>
    public byte Origin { get; init; }
}

/// <summary>
/// Which connections get which profile. The kernel gets it as a whole: a new table is built beside the one in use and
/// switched over in one write. Ranges of one chain do not overlap.
/// </summary>
public sealed class RuleTable
{
    private readonly Lazy<string> _digest;

    /// <summary>Creates a table; the entries are brought into one order.</summary>
    public RuleTable(
        IEnumerable<PortRange> ports,
        IEnumerable<PrefixRule> prefixes,
        IEnumerable<SocketOwnerClass>? origins = null
    )
    {
        Origins =
        [
            .. (origins ?? [])
                .OrderBy(origin => origin.Chain)
                .ThenBy(origin => origin.Kind)
                .ThenBy(origin => origin.Value, StringComparer.Ordinal),
        ];
        Ports = [.. ports.OrderBy(range => range.Chain).ThenBy(range => range.First)];
        Prefixes =
        [
            .. prefixes
                .OrderBy(rule => rule.Chain)
                .ThenBy(rule => rule.Direction)
                .ThenBy(rule => rule.PortClass)
                .ThenBy(rule => rule.Origin)
                .ThenBy(rule => rule.Peers),
        ];
        _digest = new Lazy<string>(ComputeDigest);
    }

    /// <summary>No rules.</summary>
    public static RuleTable Empty { get; } = new([], []);

    /// <summary>Port classes, sorted by chain and port.</summary>
    public ImmutableArray<PortRange> Ports { get; }

    /// <summary>Users and interfaces, sorted by chain and kind; empty when no policy tells them apart.</summary>
    public ImmutableArray<SocketOwnerClass> Origins { get; }

    /// <summary>Rules, sorted by chain, direction, classes and prefix.</summary>
    public ImmutableArray<PrefixRule> Prefixes { get; }

    /// <summary>Whether the table holds nothing.</summary>
    public bool IsEmpty => Ports.IsEmpty && Prefixes.IsEmpty;

    /// <summary>16 hexadecimal digits that are equal for equal tables; the kernel object carries them in its name.</summary>
    public string Digest => _digest.Value;

    /// <summary>This table with the entries of another for chains that this one does not mention.</summary>
    public RuleTable WithChainsOf(RuleTable other)
    {
        var known = Prefixes.Select(rule => rule.Chain).Concat(Ports.Select(range => range.Chain)).ToHashSet();
        return new RuleTable(
            Ports.Concat(other.Ports.Where(range => !known.Contains(range.Chain))),
            Prefixes.Concat(other.Prefixes.Where(rule => !known.Contains(rule.Chain))),
            Origins.Concat(other.Origins.Where(origin => !known.Contains(origin.Chain)))
        );
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
