using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using NetEdit.Lab.Interop;

namespace NetEdit.Lab;

/// <summary>Records the TCP packets of a port that an interface of a host sends and receives, from <see cref="Start"/> to <see cref="Stop"/>.</summary>
public sealed class PacketCapture : IDisposable
{
    // Numbers of Linux that .NET has no names for.
    private const int AllProtocolsNetworkOrder = 0x0300;
    private const int SocketLevel = 1;
    private const int ReceiveBufferForce = 33;
    private const int TimestampNanoseconds = 35;
    private const int PacketLevel = 263;
    private const int PacketStatistics = 6;
    private const byte PacketOutgoing = 4;
    private const int BufferBytes = 32 * 1024 * 1024;
    private const int HeadBytes = 256;
    private const int PollMilliseconds = 20;

    private readonly Socket _socket;
    private readonly Thread _thread;
    private readonly int _port;
    private readonly int _interfaceIndex;
    private readonly ImmutableArray<TcpPacket>.Builder _packets = ImmutableArray.CreateBuilder<TcpPacket>();
    private volatile bool _stopping;
    private LabException? _failure;

    private PacketCapture(Socket socket, int port, int interfaceIndex)
    {
        (_socket, _port, _interfaceIndex) = (socket, port, interfaceIndex);
        _thread = new Thread(Read) { IsBackground = true, Name = "capture" };
    }

    /// <summary>Packets the kernel dropped because they were not read in time; known after <see cref="Stop"/>. Above 0, the capture has holes.</summary>
    public int Dropped { get; private set; }

    /// <summary>Starts to record; packets from now on are seen.</summary>
    /// <param name="host">The host.</param>
    /// <param name="port">Source or destination port of the packets wanted.</param>
    /// <param name="interfaceName">The interface, or null for all of the host, with each loopback packet twice.</param>
    /// <exception cref="LabException">There is no such interface, or the kernel refuses.</exception>
    public static PacketCapture Start(NetworkNamespace host, int port, string? interfaceName = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        var index = interfaceName is null ? 0 : host.InterfaceIndex(interfaceName);

        // A datagram packet socket gives packets from their IP header on, whatever the link.
        var socket = host.CreateSocket(AddressFamily.Packet, SocketType.Dgram, (ProtocolType)AllProtocolsNetworkOrder);
        try
        {
            socket.SetKernelOption(SocketLevel, ReceiveBufferForce, BufferBytes);
            socket.SetKernelOption(SocketLevel, TimestampNanoseconds, 1);
            var capture = new PacketCapture(socket, port, index);
            capture._thread.Start();
            return capture;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new LabException($"capture packets in {host.Name}: {e.Message}", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Ends the recording and gives the packets in the order the kernel saw them, with those it still held.</summary>
    /// <exception cref="LabException">Reading failed.</exception>
    public ImmutableArray<TcpPacket> Stop()
    {
        Dispose();
        return _failure is null ? _packets.ToImmutable() : throw _failure;
    }

    /// <summary>Ends the recording.</summary>
    public void Dispose()
    {
        if (_stopping)
        {
            return;
        }

        _stopping = true;
        _thread.Join();
        Span<byte> statistics = stackalloc byte[8];
        _socket.GetRawSocketOption(PacketLevel, PacketStatistics, statistics);
        Dropped = BinaryPrimitives.ReadInt32LittleEndian(statistics[4..]);
        _socket.Dispose();
    }

    private static unsafe DateTimeOffset TimeOf(byte* control, nuint length)
    {
        // One control message: a header of 16 bytes, then seconds and nanoseconds.
        if (length < 32)
        {
            return default;
        }

        var time = (long*)(control + 16);
        return DateTimeOffset.UnixEpoch.AddTicks(
            (time[0] * TimeSpan.TicksPerSecond) + (time[1] / TimeSpan.NanosecondsPerTick)
        );
    }

    private unsafe void Read()
    {
        var poll = new PollDescriptor { Descriptor = (int)_socket.Handle, Events = PollDescriptor.Input };
        while (true)
        {
            // Before draining: what came until then is in the buffer.
            var last = _stopping;
            if (!Drain() || last)
            {
                return;
            }

            _ = LabSystemCalls.Poll(&poll, 1, PollMilliseconds);
        }
    }

    private unsafe bool Drain()
    {
        var data = stackalloc byte[HeadBytes];
        var address = stackalloc byte[20];
        var control = stackalloc byte[64];
        while (true)
        {
            var vector = new IoVector { Base = data, Length = HeadBytes };
            var header = new MessageHeader
            {
                Name = address,
                NameLength = 20,
                Vectors = &vector,
                VectorCount = 1,
                Control = control,
                ControlLength = 64,
            };
            var length = (int)
                LabSystemCalls.ReceiveMessage(
                    (int)_socket.Handle,
                    &header,
                    LabSystemCalls.MsgDontWait | LabSystemCalls.MsgTruncate
                );
            if (length < 0)
            {
                const int interrupted = 4;
                const int wouldBlock = 11;
                var errno = Marshal.GetLastPInvokeError();
                switch (errno)
                {
                    case interrupted:
                        continue;
                    case wouldBlock:
                        return true;
                    default:
                        _failure = LabException.FromErrno("read captured packets", errno);
                        return false;
                }
            }

            // struct sockaddr_ll: interface index at 4, packet type at 10.
            if (_interfaceIndex != 0 && *(int*)(address + 4) != _interfaceIndex)
            {
                continue;
            }

            var head = new ReadOnlySpan<byte>(data, Math.Min(length, HeadBytes));
            if (
                TcpPacketParser.Parse(
                    head,
                    length,
                    TimeOf(control, header.ControlLength),
                    address[10] == PacketOutgoing
                )
                    is { } packet
                && (packet.Source.Port == _port || packet.Destination.Port == _port)
            )
            {
                _packets.Add(packet);
            }
        }
    }
}
