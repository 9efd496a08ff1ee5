using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace NetEdit.Model;

/// <summary>
/// A set of addresses that share their first bits. IPv4 is kept as IPv4-mapped IPv6 (<c>::ffff:a.b.c.d</c>), which is how the
/// kernel side looks addresses up, so that an IPv4 peer of an IPv6 socket is the same peer.
/// </summary>
/// <param name="Bits">The address with every bit after the prefix zero.</param>
/// <param name="Length">Bits that count: 0 to 128; an IPv4 /n has 96 + n.</param>
public readonly record struct IpPrefix(UInt128 Bits, int Length) : IComparable<IpPrefix>
{
    private static readonly UInt128 MappedBits = (UInt128)0xffff << 32;

    /// <summary>Every address.</summary>
    public static IpPrefix Any => default;

    /// <summary>Whether this is written as an IPv4 prefix.</summary>
    public bool IsIPv4 => Length >= 96 && (Bits >> 32) == 0xffff;

    /// <summary>Reads <c>10.0.0.0/8</c>, <c>fd00::/8</c>, or an address alone, which stands for itself.</summary>
    /// <param name="text">The text.</param>
    /// <param name="prefix">The prefix.</param>
    /// <param name="error">Why it is none, a clause for a person; empty on success.</param>
    public static bool TryParse(string text, out IpPrefix prefix, out string error)
    {
        prefix = default;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var addressText = slash < 0 ? text : text[..slash];
        if (
            !IPAddress.TryParse(addressText, out var address)
            || (address.AddressFamily == AddressFamily.InterNetwork && addressText.Count(c => c == '.') != 3)
            || addressText.Contains('%', StringComparison.Ordinal)
        )
        {
            error = $"'{addressText}' is not an IP address";
            return false;
        }

        var isIPv4 = address.AddressFamily == AddressFamily.InterNetwork;
        var width = isIPv4 ? 32 : 128;
        var length = width;
        if (
            slash >= 0
            && (
                !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length)
                || length > width
            )
        )
        {
            error = $"'/{text[(slash + 1)..]}' is not a prefix length from 0 to {width}";
            return false;
        }

        var bits = Of(address).Bits;
        var total = isIPv4 ? length + 96 : length;
        prefix = new IpPrefix(bits & Mask(total), total);
        if (prefix.Bits != bits)
        {
            error = $"'{text}' has bits set after its prefix; write {prefix}";
            prefix = default;
            return false;
        }

        error = "";
        return true;
    }

    /// <summary>The prefix that holds one address alone.</summary>
    public static IpPrefix Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        return new IpPrefix(BinaryPrimitives.ReadUInt128BigEndian(bytes), 128);
    }

    /// <summary>Whether every address of the other prefix is in this one.</summary>
    public bool Contains(IpPrefix other) => other.Length >= Length && (other.Bits & Mask(Length)) == Bits;

    /// <summary>The address, in network order.</summary>
    public void WriteAddress(Span<byte> destination) => BinaryPrimitives.WriteUInt128BigEndian(destination, Bits);

    /// <summary>Orders parents before their children, so that a walk in order meets every covering prefix first.</summary>
    public int CompareTo(IpPrefix other) => (Bits, Length).CompareTo((other.Bits, other.Length));

    /// <summary>As it is written in a policy.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[16];
        WriteAddress(bytes);
        return IsIPv4
            ? string.Create(CultureInfo.InvariantCulture, $"{new IPAddress(bytes[12..])}/{Length - 96}")
            : string.Create(CultureInfo.InvariantCulture, $"{new IPAddress(bytes)}/{Length}");
    }

    /// <summary>Whether the left one comes first.</summary>
    public static bool operator <(IpPrefix left, IpPrefix right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left one comes last.</summary>
    public static bool operator >(IpPrefix left, IpPrefix right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left one comes first or is the same.</summary>
    public static bool operator <=(IpPrefix left, IpPrefix right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left one comes last or is the same.</summary>
    public static bool operator >=(IpPrefix left, IpPrefix right) => left.CompareTo(right) >= 0;

    /// <summary>The whole of IPv4, as a prefix of the mapped range.</summary>
    public static IpPrefix AnyIPv4 => new(MappedBits, 96);

    private static UInt128 Mask(int length) => length == 0 ? 0 : UInt128.MaxValue << (128 - length);
}
