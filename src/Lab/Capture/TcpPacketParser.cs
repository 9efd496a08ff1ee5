using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;

namespace NetEdit.Lab;

/// <summary>Reads IPv4, IPv6 and TCP headers.</summary>
internal static class TcpPacketParser
{
    private const byte ProtocolTcp = 6;
    private const int TcpHeaderBytes = 20;
    private const byte OptionEnd = 0;
    private const byte OptionPadding = 1;
    private const byte OptionMss = 2;
    private const byte OptionWindowScale = 3;

    /// <summary>Parses a packet from its IP header on.</summary>
    /// <param name="packet">As many bytes as were captured.</param>
    /// <param name="length">Length of the packet in bytes, from its IP header on.</param>
    /// <param name="time">When it was seen.</param>
    /// <param name="outgoing">Whether this host sent it.</param>
    /// <returns>Null for what is no complete TCP header.</returns>
    public static TcpPacket? Parse(ReadOnlySpan<byte> packet, int length, DateTimeOffset time, bool outgoing)
    {
        if (packet.Length < 20)
        {
            return null;
        }

        return (packet[0] >> 4) switch
        {
            4 => ParseIPv4(packet, length, time, outgoing),
            6 => ParseIPv6(packet, length, time, outgoing),
            _ => null,
        };
    }

    private static TcpPacket? ParseIPv4(ReadOnlySpan<byte> packet, int length, DateTimeOffset time, bool outgoing)
    {
        var headerLength = (packet[0] & 0xf) * 4;
        var total = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);

        // 0: a packet larger than the field holds, on its way to an interface that segments.
        var end = total == 0 ? length : Math.Min(total, length);
        var laterFragment = (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x1fff) != 0;
        return packet[9] != ProtocolTcp || laterFragment || headerLength < 20
            ? null
            : ParseTcp(packet, headerLength, end, packet.Slice(12, 4), packet.Slice(16, 4), packet[1], time, outgoing);
    }

    private static TcpPacket? ParseIPv6(ReadOnlySpan<byte> packet, int length, DateTimeOffset time, bool outgoing)
    {
        // Extension headers are not followed: TCP does not come with any in a lab.
        const int headerLength = 40;
        if (packet.Length < headerLength || packet[6] != ProtocolTcp)
        {
            return null;
        }

        var payload = BinaryPrimitives.ReadUInt16BigEndian(packet[4..]);
        var end = payload == 0 ? length : Math.Min(headerLength + payload, length);
        var trafficClass = (BinaryPrimitives.ReadUInt16BigEndian(packet) >> 4) & 0xff;
        var flowLabel = (int)(BinaryPrimitives.ReadUInt32BigEndian(packet) & 0xfffff);
        return
            ParseTcp(packet, headerLength, end, packet.Slice(8, 16), packet.Slice(24, 16), trafficClass, time, outgoing)
                is { } parsed
            ? parsed with
            {
                FlowLabel = flowLabel,
            }
            : null;
    }

    private static TcpPacket? ParseTcp(
        ReadOnlySpan<byte> packet,
        int start,
        int end,
        ReadOnlySpan<byte> source,
        ReadOnlySpan<byte> destination,
        int trafficClass,
        DateTimeOffset time,
        bool outgoing
    )
    {
        if (packet.Length < start + TcpHeaderBytes)
        {
            return null;
        }

        var tcp = packet[start..];
        var headerLength = (tcp[12] >> 4) * 4;
        if (headerLength < TcpHeaderBytes || tcp.Length < headerLength)
        {
            return null;
        }

        var result = new TcpPacket
        {
            Time = time,
            Outgoing = outgoing,
            Source = new IPEndPoint(new IPAddress(source), BinaryPrimitives.ReadUInt16BigEndian(tcp)),
            Destination = new IPEndPoint(new IPAddress(destination), BinaryPrimitives.ReadUInt16BigEndian(tcp[2..])),
            Sequence = BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]),
            Acknowledgement = BinaryPrimitives.ReadUInt32BigEndian(tcp[8..]),
            Flags = (TcpHeaderFlags)(BinaryPrimitives.ReadUInt16BigEndian(tcp[12..]) & 0x1ff),
            Window = BinaryPrimitives.ReadUInt16BigEndian(tcp[14..]),
            PayloadLength = Math.Max(0, end - start - headerLength),
            Ecn = (EcnCodepoint)(trafficClass & 3),
            Dscp = trafficClass >> 2,
        };
        return WithOptions(result, tcp[TcpHeaderBytes..headerLength]);
    }

    private static TcpPacket WithOptions(TcpPacket packet, ReadOnlySpan<byte> options)
    {
        var kinds = ImmutableArray.CreateBuilder<byte>();
        int? mss = null;
        int? windowScale = null;
        while (options.Length > 0 && options[0] != OptionEnd)
        {
            if (options[0] == OptionPadding)
            {
                options = options[1..];
                continue;
            }

            if (options.Length < 2 || options[1] < 2 || options[1] > options.Length)
            {
                break;
            }

            kinds.Add(options[0]);
            switch (options[0], options[1])
            {
                case (OptionMss, 4):
                    mss = BinaryPrimitives.ReadUInt16BigEndian(options[2..]);
                    break;
                case (OptionWindowScale, 3):
                    windowScale = options[2];
                    break;
            }

            options = options[options[1]..];
        }

        return packet with
        {
            Mss = mss,
            WindowScale = windowScale,
            OptionKinds = kinds.ToImmutable(),
        };
    }
}
