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
/// <remarks>Two halves and no <see cref="UInt128"/>: .NET compiles no code with that type ahead of time, and none for types that contain it.</remarks>
/// <param name="Upper">The first 64 bits of the address. All bits after the prefix are zero, in both halves.</param>
/// <param name="Lower">The last 64 bits of the address.</param>
/// <param name="Length">Number of bits in the prefix, 0 to 128. An IPv4 prefix <c>/n</c> has 96 + n.</param>
public readonly record struct IpPrefix(ulong Upper, ulong Lower, int Length) : IComparable<IpPrefix>
{
    private const ulong MappedBits = 0xffffUL << 32;

    /// <summary>The prefix that contains every address.</summary>
    public static IpPrefix Any => default;

    /// <summary>Whether the prefix is written as an IPv4 prefix.</summary>
    public bool IsIPv4 => Length >= 96 && Upper == 0 && Lower >> 32 == 0xffff;

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

        var one = Of(address);
        prefix = one.Shorten(isIPv4 ? length + 96 : length);
        if ((prefix.Upper, prefix.Lower) != (one.Upper, one.Lower))
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
        return Read(bytes, 128);
    }

    /// <summary>Returns the prefix whose address is in network order, 16 bytes.</summary>
    public static IpPrefix Read(ReadOnlySpan<byte> address, int length) =>
        new(
            BinaryPrimitives.ReadUInt64BigEndian(address),
            BinaryPrimitives.ReadUInt64BigEndian(address[sizeof(ulong)..]),
            length
        );

    /// <summary>Returns whether the prefix contains every address of the other prefix.</summary>
    public bool Contains(IpPrefix other) => other.Length >= Length && other.Shorten(Length) == this;

    /// <summary>Writes the address in network order, 16 bytes.</summary>
    public void WriteAddress(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, Upper);
        BinaryPrimitives.WriteUInt64BigEndian(destination[sizeof(ulong)..], Lower);
    }

    /// <summary>
    /// Orders a prefix before the prefixes that it contains, so that an iteration in order meets every covering prefix
    /// first.
    /// </summary>
    public int CompareTo(IpPrefix other)
    {
        var order = CompareAddressTo(other);
        return order != 0 ? order : Length.CompareTo(other.Length);
    }

    /// <summary>Orders prefixes by their addresses alone.</summary>
    public int CompareAddressTo(IpPrefix other)
    {
        var order = Upper.CompareTo(other.Upper);
        return order != 0 ? order : Lower.CompareTo(other.Lower);
    }

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
    public static IpPrefix AnyIPv4 => new(0, MappedBits, 96);

    private IpPrefix Shorten(int length) => new(Upper & Mask(length), Lower & Mask(length - 64), length);

    private static ulong Mask(int length) =>
        length switch
        {
            <= 0 => 0,
            >= 64 => ulong.MaxValue,
            _ => ulong.MaxValue << (64 - length),
        };
}
