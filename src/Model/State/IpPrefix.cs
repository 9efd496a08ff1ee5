using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace NetEdit.Model;

/// <summary>
/// A set of addresses that share their first bits. IPv4 addresses are stored as IPv4-mapped IPv6
/// (<c>::ffff:a.b.c.d</c>). The kernel side looks addresses up in this form, so that an IPv4 peer of an IPv6 socket is
/// the same peer.
/// </summary>
/// <param name="Bits">The address, with all bits after the prefix set to zero.</param>
/// <param name="Length">Number of bits in the prefix, 0 to 128. An IPv4 prefix <c>/n</c> has 96 + n.</param>
public readonly record struct IpPrefix(UInt128 Bits, int Length) : IComparable<IpPrefix>
{
    private static readonly UInt128 MappedBits = (UInt128)0xffff << 32;

    /// <summary>The prefix that contains every address.</summary>
    public static IpPrefix Any => default;

    /// <summary>Whether the prefix is written as an IPv4 prefix.</summary>
    public bool IsIPv4 => Length >= 96 && (Bits >> 32) == 0xffff;

    /// <summary>Reads <c>10.0.0.0/8</c>, <c>fd00::/8</c>, or an address alone, which means only this address.</summary>
    /// <param name="text">The text.</param>
    /// <param name="prefix">The prefix.</param>
    /// <param name="error">Why the text is not a valid prefix, as a clause for a person; empty on success.</param>
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

    /// <summary>Returns the prefix that contains only one address.</summary>
    public static IpPrefix Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        return new IpPrefix(BinaryPrimitives.ReadUInt128BigEndian(bytes), 128);
    }

    /// <summary>Returns whether the prefix contains every address of the other prefix.</summary>
    public bool Contains(IpPrefix other) => other.Length >= Length && (other.Bits & Mask(Length)) == Bits;

    /// <summary>Writes the address in network order, 16 bytes.</summary>
    public void WriteAddress(Span<byte> destination) => BinaryPrimitives.WriteUInt128BigEndian(destination, Bits);

    /// <summary>
    /// Orders a prefix before the prefixes that it contains, so that an iteration in order meets every covering prefix
    /// first.
    /// </summary>
    public int CompareTo(IpPrefix other) => (Bits, Length).CompareTo((other.Bits, other.Length));

    /// <summary>Returns the prefix as a policy writes it.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[16];
        WriteAddress(bytes);
        return IsIPv4
            ? string.Create(CultureInfo.InvariantCulture, $"{new IPAddress(bytes[12..])}/{Length - 96}")
            : string.Create(CultureInfo.InvariantCulture, $"{new IPAddress(bytes)}/{Length}");
    }

    /// <summary>Returns whether the left prefix sorts before the right one.</summary>
    public static bool operator <(IpPrefix left, IpPrefix right) => left.CompareTo(right) < 0;

    /// <summary>Returns whether the left prefix sorts after the right one.</summary>
    public static bool operator >(IpPrefix left, IpPrefix right) => left.CompareTo(right) > 0;

    /// <summary>Returns whether the left prefix sorts before the right one or is the same.</summary>
    public static bool operator <=(IpPrefix left, IpPrefix right) => left.CompareTo(right) <= 0;

    /// <summary>Returns whether the left prefix sorts after the right one or is the same.</summary>
    public static bool operator >=(IpPrefix left, IpPrefix right) => left.CompareTo(right) >= 0;

    /// <summary>The prefix that contains every IPv4 address, in the mapped range.</summary>
    public static IpPrefix AnyIPv4 => new(MappedBits, 96);

    private static UInt128 Mask(int length) => length == 0 ? 0 : UInt128.MaxValue << (128 - length);
}
