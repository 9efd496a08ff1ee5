using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace NetEdit.Adapter.Interop;

/// <summary>Filters of the clsact queueing discipline, by rtnetlink (linux/rtnetlink.h): libbpf finds one by its handle, and lists none.</summary>
internal static unsafe class TrafficFilters
{
    private const int Netlink = 16;
    private const int RawCloseOnExec = 3 | 0x80000;
    private const int HeaderSize = 16;
    private const int MessageSize = 20;
    private const ushort GetFilter = 46;
    private const ushort NewFilter = 44;
    private const ushort Done = 3;
    private const ushort Error = 2;
    private const ushort RequestDump = 0x1 | 0x300;
    private const uint Ingress = 0xfffffff2;
    private const uint Egress = 0xfffffff3;

    /// <summary>Whether an interface has any, in either direction.</summary>
    internal static bool Any(int interfaceIndex) => Any(interfaceIndex, Ingress) || Any(interfaceIndex, Egress);

    private static bool Any(int interfaceIndex, uint parent)
    {
        var fd = LibC.socket(Netlink, RawCloseOnExec, 0);
        if (fd < 0)
        {
            throw BpfError.Create("open a netlink socket", Marshal.GetLastPInvokeError());
        }

        using var socket = new KernelHandle(fd);
        Span<byte> request = stackalloc byte[HeaderSize + MessageSize];
        request.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(request, request.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(request[4..], GetFilter);
        BinaryPrimitives.WriteUInt16LittleEndian(request[6..], RequestDump);
        BinaryPrimitives.WriteInt32LittleEndian(request[(HeaderSize + 4)..], interfaceIndex);
        BinaryPrimitives.WriteUInt32LittleEndian(request[(HeaderSize + 12)..], parent);
        fixed (byte* start = request)
        {
            if (LibC.send(fd, start, (nuint)request.Length, 0) < 0)
            {
                throw BpfError.Create("ask for the filters of an interface", Marshal.GetLastPInvokeError());
            }
        }

        return Answer(fd);
    }

    private static bool Answer(int socket)
    {
        var found = false;
        var buffer = new byte[32 * 1024];
        while (true)
        {
            nint read;
            fixed (byte* start = buffer)
            {
                read = LibC.recv(socket, start, (nuint)buffer.Length, 0);
            }

            if (read < HeaderSize)
            {
                throw BpfError.Create("read the filters of an interface", Marshal.GetLastPInvokeError());
            }

            for (var rest = buffer.AsSpan(0, (int)read); rest.Length >= HeaderSize; )
            {
                switch (BinaryPrimitives.ReadUInt16LittleEndian(rest[4..]))
                {
                    case Done or Error:
                        /* Both carry what became of the request, negative when it failed. */
                        var errno =
                            rest.Length >= HeaderSize + sizeof(int)
                                ? -BinaryPrimitives.ReadInt32LittleEndian(rest[HeaderSize..])
                                : 0;
                        return errno <= 0 ? found : throw BpfError.Create("read the filters of an interface", errno);
                    case NewFilter:
                        found = true;
                        break;
                    default:
                        break;
                }

                rest = rest[Math.Min(rest.Length, (BinaryPrimitives.ReadInt32LittleEndian(rest) + 3) & ~3)..];
            }
        }
    }
}
