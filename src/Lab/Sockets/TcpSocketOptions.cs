using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using NetEdit.Lab.Interop;

namespace NetEdit.Lab;

/// <summary>TCP settings of a socket as the kernel has them, read and written without .NET's conversions.</summary>
public static class TcpSocketOptions
{
    /// <summary>Level of TCP options.</summary>
    public const int TcpLevel = 6;

    /// <summary>Level of general socket options, as Linux numbers it.</summary>
    public const int SocketLevel = 1;

    private const int MaxSegment = 2;
    private const int WindowClamp = 10;
    private const int CongestionControl = 13;
    private const int SendBuffer = 7;
    private const int ReceiveBuffer = 8;
    private const int NameLength = 16;

    /// <summary>Name of the congestion control.</summary>
    /// <exception cref="SocketException">The socket is not TCP, or closed.</exception>
    public static string GetCongestionControl(this Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        Span<byte> name = stackalloc byte[NameLength];
        var length = socket.GetRawSocketOption(TcpLevel, CongestionControl, name);
        return Encoding.ASCII.GetString(name[..length]).TrimEnd('\0');
    }

    /// <summary>Changes the congestion control.</summary>
    /// <exception cref="SocketException">The kernel does not have it.</exception>
    public static void SetCongestionControl(this Socket socket, string name)
    {
        ArgumentNullException.ThrowIfNull(socket);
        socket.SetRawSocketOption(TcpLevel, CongestionControl, Encoding.ASCII.GetBytes(name));
    }

    /// <summary>SO_RCVBUF in bytes: twice what was asked for, and all of it, where .NET's property halves it.</summary>
    public static int GetReceiveBuffer(this Socket socket) => socket.GetKernelOption(SocketLevel, ReceiveBuffer);

    /// <summary>SO_SNDBUF in bytes: twice what was asked for.</summary>
    public static int GetSendBuffer(this Socket socket) => socket.GetKernelOption(SocketLevel, SendBuffer);

    /// <summary>TCP_WINDOW_CLAMP in bytes: the largest receive window that is advertised.</summary>
    public static int GetWindowClamp(this Socket socket) => socket.GetKernelOption(TcpLevel, WindowClamp);

    /// <summary>TCP_MAXSEG in bytes.</summary>
    public static int GetMaxSegment(this Socket socket) => socket.GetKernelOption(TcpLevel, MaxSegment);

    /// <summary>Gives the socket to a user, as if they had made it.</summary>
    /// <exception cref="LabException">The kernel refuses.</exception>
    public static void SetOwner(this Socket socket, uint user)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (LabSystemCalls.ChangeOwner((int)socket.Handle, user, uint.MaxValue) != 0)
        {
            throw LabException.FromErrno($"give a socket to user {user}", Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Reads an option of type int.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="level">Level as Linux numbers it.</param>
    /// <param name="option">Option as Linux numbers it.</param>
    /// <exception cref="SocketException">The kernel refuses.</exception>
    public static int GetKernelOption(this Socket socket, int level, int option)
    {
        ArgumentNullException.ThrowIfNull(socket);
        Span<byte> value = stackalloc byte[sizeof(int)];
        socket.GetRawSocketOption(level, option, value);
        return BinaryPrimitives.ReadInt32LittleEndian(value);
    }

    /// <summary>Writes an option of type int.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="level">Level as Linux numbers it.</param>
    /// <param name="option">Option as Linux numbers it.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="SocketException">The kernel refuses.</exception>
    public static void SetKernelOption(this Socket socket, int level, int option, int value)
    {
        ArgumentNullException.ThrowIfNull(socket);
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        socket.SetRawSocketOption(level, option, bytes);
    }
}
