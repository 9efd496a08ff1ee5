using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;
using NetEdit.Lab;

namespace NetEdit.Effects.Guest;

/// <summary>A queue at one moment.</summary>
/// <param name="Bytes">Bytes waiting.</param>
/// <param name="Dropped">Packets dropped since it exists.</param>
/// <param name="Marked">Packets marked since it exists.</param>
internal readonly record struct QueueState(uint Bytes, uint Dropped, uint Marked);

/// <summary>Reads the queues of an interface, as <c>tc -s qdisc</c> does, in a hundredth of the time that starting it takes.</summary>
internal sealed unsafe partial class QueueReader : IDisposable
{
    private const int Netlink = 16;
    private const int RawCloseOnExec = 3 | 0x80000;
    private const ushort GetQdisc = 38;
    private const ushort NewQdisc = 36;
    private const ushort Done = 3;
    private const ushort RequestDump = 0x301;
    private const int HeaderBytes = 16;
    private const int TcBytes = 20;
    private const uint RootHandle = 0x0001_0000;
    private const uint RedHandle = 0x0010_0000;

    private readonly byte[] _buffer = new byte[32 * 1024];
    private readonly int _socket;
    private readonly int _device;

    public QueueReader(NetworkNamespace host, string device)
    {
        _device = host.InterfaceIndex(device);
        _socket = host.Run(() => Check(OpenSocket(Netlink, RawCloseOnExec, 0)));
    }

    /// <summary>Reads the queue whose handle is 1:, and the marks of the one in it, 10:.</summary>
    public QueueState Read()
    {
        Span<byte> request = stackalloc byte[HeaderBytes + TcBytes];
        request.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(request, request.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(request[4..], GetQdisc);
        BinaryPrimitives.WriteUInt16LittleEndian(request[6..], RequestDump);
        fixed (byte* bytes = request)
        {
            Check((int)Send(_socket, bytes, (nuint)request.Length, 0));
        }

        var state = default(QueueState);
        while (true)
        {
            int length;
            fixed (byte* bytes = _buffer)
            {
                length = Check((int)Receive(_socket, bytes, (nuint)_buffer.Length, 0));
            }

            for (ReadOnlySpan<byte> messages = _buffer.AsSpan(0, length); messages.Length >= HeaderBytes; )
            {
                var size = BinaryPrimitives.ReadInt32LittleEndian(messages);
                switch (BinaryPrimitives.ReadUInt16LittleEndian(messages[4..]))
                {
                    case Done:
                        return state;
                    case NewQdisc when BinaryPrimitives.ReadInt32LittleEndian(messages[(HeaderBytes + 4)..]) == _device:
                        state = Add(state, messages[HeaderBytes..size]);
                        break;
                }

                messages = messages[Math.Min(Align(size), messages.Length)..];
            }
        }
    }

    public void Dispose() => _ = Close(_socket);

    private static QueueState Add(QueueState state, ReadOnlySpan<byte> queue)
    {
        // struct tcmsg: family, interface, handle, parent, info; then attributes. TCA_STATS2 has TCA_STATS_QUEUE and TCA_STATS_APP in it.
        var handle = BinaryPrimitives.ReadUInt32LittleEndian(queue[8..]);
        var statistics = Find(queue[TcBytes..], 7);
        return handle switch
        {
            RootHandle when Find(statistics, 3) is { Length: >= 12 } common => state with
            {
                Bytes = BinaryPrimitives.ReadUInt32LittleEndian(common[4..]),
                Dropped = BinaryPrimitives.ReadUInt32LittleEndian(common[8..]),
            },
            // struct tc_red_xstats: early, pdrop, other, marked.
            RedHandle when Find(statistics, 4) is { Length: >= 16 } red => state with
            {
                Marked = BinaryPrimitives.ReadUInt32LittleEndian(red[12..]),
            },
            _ => state,
        };
    }

    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> attributes, int type)
    {
        while (attributes.Length >= 4)
        {
            var size = BinaryPrimitives.ReadUInt16LittleEndian(attributes);
            if ((BinaryPrimitives.ReadUInt16LittleEndian(attributes[2..]) & 0x3fff) == type)
            {
                return attributes[4..size];
            }

            attributes = attributes[Math.Min(Align(size), attributes.Length)..];
        }

        return [];
    }

    private static int Align(int size) => (size + 3) & ~3;

    private static int Check(int result) =>
        result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int OpenSocket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(int fd, byte* bytes, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(int fd, byte* bytes, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int fd);
}
