using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Text;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Maps;
using NetEdit.Features;

namespace NetEdit.Adapter.Connections;

/// <summary><c>struct netedit_socket</c>: one connection as the list of them has it. A test compares the layout.</summary>
internal static class SocketRecord
{
    internal const int Cgroup = Abi.Connection.Size;
    internal const int Inode = Cgroup + sizeof(ulong);
    internal const int PacingRate = Inode + sizeof(ulong);
    internal const int MaximumPacingRate = PacingRate + sizeof(ulong);
    internal const int BytesSent = MaximumPacingRate + sizeof(ulong);
    internal const int BytesRetransmitted = BytesSent + sizeof(ulong);
    internal const int BytesReceived = BytesRetransmitted + sizeof(ulong);
    internal const int Local = BytesReceived + sizeof(ulong);
    internal const int Peer = Local + AddressBytes;
    internal const int Network = Peer + AddressBytes;
    internal const int Window = Network + sizeof(uint);
    internal const int Threshold = Window + sizeof(uint);
    internal const int WindowClamp = Threshold + sizeof(uint);
    internal const int Segment = WindowClamp + sizeof(uint);
    internal const int AdvertisedSegment = Segment + sizeof(uint);
    internal const int ReceiveBuffer = AdvertisedSegment + sizeof(uint);
    internal const int SendBuffer = ReceiveBuffer + sizeof(uint);
    internal const int ReceiveClamp = SendBuffer + sizeof(uint);
    internal const int Rto = ReceiveClamp + sizeof(uint);
    internal const int RtoMinimum = Rto + sizeof(uint);
    internal const int RtoMaximum = RtoMinimum + sizeof(uint);
    internal const int RoundTrip = RtoMaximum + sizeof(uint);
    internal const int UnsentLowWater = RoundTrip + sizeof(uint);
    internal const int UserTimeout = UnsentLowWater + sizeof(uint);
    internal const int KeepAliveIdle = UserTimeout + sizeof(uint);
    internal const int KeepAliveInterval = KeepAliveIdle + sizeof(uint);
    internal const int Retransmits = KeepAliveInterval + sizeof(uint);
    internal const int User = Retransmits + sizeof(uint);
    internal const int LocalPort = User + sizeof(uint);
    internal const int PeerPort = LocalPort + sizeof(ushort);
    internal const int State = PeerPort + sizeof(ushort);
    internal const int DirectionOffset = State + 1;
    internal const int Flags = DirectionOffset + 1;
    internal const int TypeOfService = Flags + 1;
    internal const int TrafficClass = TypeOfService + 1;
    internal const int KeepAliveProbes = TrafficClass + 1;
    internal const int Algorithm = KeepAliveProbes + 1 + Reserved;
    internal const int AlgorithmBytes = 16;
    internal const int Interface = Algorithm + AlgorithmBytes;
    internal const int Size = Interface + Abi.Origin.ValueBytes;

    internal const byte Nobody = 255;
    internal const int Known = 1;
    internal const int IPv6 = 2;
    internal const int KeepAlive = 4;

    private const int AddressBytes = 16;
    private const int Reserved = 2;
    private const double RoundTripUnit = 8_000; /* eighths of a microsecond in a millisecond */
    private const uint NoThreshold = 0x7fff_ffff;
    private const int Milliseconds = 1000;
    private const int BitsPerByte = 8;

    /// <summary>Reads a record.</summary>
    /// <param name="record">The bytes.</param>
    /// <param name="ticks">Jiffies in a second.</param>
    internal static OpenConnection Decode(ReadOnlySpan<byte> record, uint ticks)
    {
        var flags = record[Flags];
        return new OpenConnection(
            EndPoint(record[Local..], Number16(record, LocalPort)),
            EndPoint(record[Peer..], Number16(record, PeerPort)),
            (TcpState)record[State],
            record[DirectionOffset] == Nobody ? null : (Direction)record[DirectionOffset],
            Number32(record, Network),
            Number64(record, Cgroup),
            Number64(record, Inode),
            Number32(record, User),
            Text(record.Slice(Interface, Abi.Origin.ValueBytes)),
            (flags & Known) == 0 ? null : Tuning(record),
            Values(record, flags, ticks)
        );
    }

    private static RememberedTuning Tuning(ReadOnlySpan<byte> record)
    {
        var errors = ImmutableArray.CreateBuilder<RefusedSetting?>(Abi.Stages);
        foreach (var errno in record.Slice(Abi.Connection.Errors, Abi.Stages))
        {
            errors.Add(errno == 0 ? null : new RefusedSetting(BpfError.Name(errno), BpfError.Meaning(errno)));
        }

        var walk = record[Abi.Connection.WalkResult];
        return new RememberedTuning(
            Number64(record, Abi.Connection.Profile),
            Number32(record, Abi.Connection.Chain),
            Number64(record, Abi.Connection.AppliedProfile),
            Number32(record, Abi.Connection.AppliedChain),
            Number16(record, Abi.Connection.Applied),
            Number32(record, Abi.Connection.Generation),
            (walk & Abi.Connection.WalkDone) != 0,
            (walk & Abi.Connection.WalkAdopted) != 0,
            (walk & Abi.Connection.WalkSkipped) != 0,
            errors.ToImmutable()
        )
        {
            Earlier = Number16(record, Abi.Connection.WalkKept),
            Forgot = (walk & Abi.Connection.WalkForgot) != 0,
        };
    }

    private static SocketValues Values(ReadOnlySpan<byte> record, int flags, uint ticks) =>
        new()
        {
            CongestionControl = Text(record.Slice(Algorithm, AlgorithmBytes)),
            CongestionWindow = Number32(record, Window),
            SlowStartThreshold = Number32(record, Threshold) is var threshold and < NoThreshold ? threshold : null,
            CongestionWindowClamp = Number32(record, WindowClamp) is var clamp and < uint.MaxValue ? clamp : null,
            SegmentBytes = Number32(record, Segment),
            AdvertisedSegmentBytes = Number32(record, AdvertisedSegment),
            ReceiveBufferBytes = Number32(record, ReceiveBuffer),
            SendBufferBytes = Number32(record, SendBuffer),
            WindowClampBytes = Number32(record, ReceiveClamp),
            RtoMilliseconds = Jiffies(record, Rto, ticks) * Milliseconds ?? 0,
            RtoMinimumMilliseconds = Jiffies(record, RtoMinimum, ticks) * Milliseconds,
            RtoMaximumMilliseconds = Jiffies(record, RtoMaximum, ticks) * Milliseconds,
            RoundTripMilliseconds = Number32(record, RoundTrip) is var roundTrip and > 0
                ? Math.Round(roundTrip / RoundTripUnit, 3)
                : null,
            PacingBitsPerSecond = Rate(record, PacingRate),
            MaximumPacingBitsPerSecond = Rate(record, MaximumPacingRate),
            TypeOfService = record[TypeOfService],
            TrafficClass = (flags & IPv6) == 0 ? null : record[TrafficClass],
            UnsentLowWaterBytes = Number32(record, UnsentLowWater) is var lowWater and > 0 ? lowWater : null,
            KeepAlive = (flags & KeepAlive) != 0,
            KeepAliveIdleSeconds = Jiffies(record, KeepAliveIdle, ticks),
            KeepAliveIntervalSeconds = Jiffies(record, KeepAliveInterval, ticks),
            KeepAliveProbes = record[KeepAliveProbes] is var probes and > 0 ? probes : null,
            UserTimeoutMilliseconds = Number32(record, UserTimeout) is var timeout and > 0 ? timeout : null,
            Retransmits = Number32(record, Retransmits),
            SentBytes = Number64(record, BytesSent),
            RetransmittedBytes = Number64(record, BytesRetransmitted),
            ReceivedBytes = Number64(record, BytesReceived),
        };

    private static IPEndPoint EndPoint(ReadOnlySpan<byte> address, int port)
    {
        var read = new IPAddress(address[..AddressBytes]);
        return new IPEndPoint(read.IsIPv4MappedToIPv6 ? read.MapToIPv4() : read, port);
    }

    /// <summary>A time in seconds; null when it is 0, which stands for the default or for a field this kernel lacks.</summary>
    private static double? Jiffies(ReadOnlySpan<byte> record, int offset, uint ticks) =>
        Number32(record, offset) is var jiffies and > 0 ? jiffies / (double)ticks : null;

    /// <summary>A rate in bits per second; null when it is unbounded.</summary>
    private static ulong? Rate(ReadOnlySpan<byte> record, int offset) =>
        Number64(record, offset) is var rate and < ulong.MaxValue / BitsPerByte ? rate * BitsPerByte : null;

    private static string Text(ReadOnlySpan<byte> bytes) =>
        Encoding.UTF8.GetString(bytes[..(bytes.IndexOf((byte)0) is var end and >= 0 ? end : bytes.Length)]);

    private static ushort Number16(ReadOnlySpan<byte> record, int offset) =>
        BinaryPrimitives.ReadUInt16LittleEndian(record[offset..]);

    private static uint Number32(ReadOnlySpan<byte> record, int offset) =>
        BinaryPrimitives.ReadUInt32LittleEndian(record[offset..]);

    private static ulong Number64(ReadOnlySpan<byte> record, int offset) =>
        BinaryPrimitives.ReadUInt64LittleEndian(record[offset..]);
}
