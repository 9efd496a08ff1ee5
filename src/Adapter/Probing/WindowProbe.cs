using System.Buffers.Binary;
using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using NetEdit.Adapter.Interop;

namespace NetEdit.Adapter.Probing;

/// <summary>
/// Looks with how large a receive window a connection begins that has room for more than 64 KiB: over loopback, in a network namespace that exists only for it,
/// so that neither sysctls, filters nor addresses of the host have a say.
/// </summary>
internal static unsafe class WindowProbe
{
    /// <summary>Receive buffer of the connection, bytes, before the kernel doubles it.</summary>
    internal const int Buffer = 1 << 20;

    /// <summary>The first window where the kernel bounds it (U16_MAX), bytes.</summary>
    internal const int Largest = ushort.MaxValue;

    private const int CloneNewNet = 0x40000000;

    /// <summary>What was seen.</summary>
    internal enum Verdict
    {
        /// <summary>The window exceeds 64 KiB.</summary>
        Large,

        /// <summary>The window is the kernel's bound.</summary>
        Small,

        /// <summary>A program or a sysctl made it smaller than either.</summary>
        Hidden,
    }

    /// <summary>Opens the connection and looks.</summary>
    /// <exception cref="BpfException">It cannot be opened; errno and what failed are named.</exception>
    internal static Verdict Run()
    {
        var window = 0u;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                window = FirstWindow();
            }
#pragma warning disable CA1031 // Whatever it is, the caller gets it.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        })
        {
            IsBackground = true,
            Name = "window probe",
        };
        RuntimeHelpers.RunClassConstructor(typeof(Socket).TypeHandle);
        thread.Start();
        thread.Join();
        failure?.Throw();
        return window > Largest ? Verdict.Large
            : window == Largest ? Verdict.Small
            : Verdict.Hidden;
    }

    /* The thread ends with it, and the namespace with the thread. */
    private static uint FirstWindow()
    {
        const int Tcp = 6;
        const int TcpInfo = 11;
        const int ReceiveThreshold = 64; // of struct tcp_info: tcpi_rcv_ssthresh, which begins as the first window
        const int SocketLevel = 1;
        const int ReceiveBufferForce = 33;
        if (LibC.unshare(CloneNewNet) != 0)
        {
            throw BpfError.Create(
                "make a network namespace to try a connection in",
                Marshal.GetLastPInvokeError(),
                "it needs CAP_SYS_ADMIN"
            );
        }

        try
        {
            using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            RaiseLoopback((int)listener.Handle);
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen(1);
            using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            client.SetRawSocketOption(SocketLevel, ReceiveBufferForce, BitConverter.GetBytes(Buffer));
            client.Connect(listener.LocalEndPoint!);
            Span<byte> info = stackalloc byte[ReceiveThreshold + sizeof(uint)];
            _ = client.GetRawSocketOption(Tcp, TcpInfo, info);
            return BinaryPrimitives.ReadUInt32LittleEndian(info[ReceiveThreshold..]);
        }
        catch (SocketException failure)
        {
            throw new BpfException(
                $"could not try a connection over loopback: {new Win32Exception(failure.NativeErrorCode).Message}"
            )
            {
                IsPassing = true,
            };
        }
    }

    private static void RaiseLoopback(int socket)
    {
        const nuint SetFlags = 0x8914; // SIOCSIFFLAGS
        const int InterfaceRequest = 40; // struct ifreq: a name of 16 bytes, and here the flags
        const int FlagsOffset = 16;
        const short Up = 1;
        var request = stackalloc byte[InterfaceRequest];
        new Span<byte>(request, InterfaceRequest).Clear();
        "lo"u8.CopyTo(new Span<byte>(request, FlagsOffset));
        BinaryPrimitives.WriteInt16LittleEndian(new Span<byte>(request + FlagsOffset, sizeof(short)), Up);
        if (LibC.ioctl(socket, SetFlags, request) != 0)
        {
            throw BpfError.Create(
                "raise the loopback interface of a network namespace",
                Marshal.GetLastPInvokeError(),
                "it needs CAP_NET_ADMIN"
            );
        }
    }
}
