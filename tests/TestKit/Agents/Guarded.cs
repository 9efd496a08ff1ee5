using System.Net.Sockets;
using NetEdit.Lab;

namespace NetEdit.TestKit;

/// <summary>What an application is given when it sets options of a socket.</summary>
public static class Guarded
{
    private const int WindowClamp = 10;

    /// <summary>Asks for a send buffer; what it got (the kernel doubles it), or how it was refused.</summary>
    public static string SendBuffer(Scene scene, int bytes) =>
        Ask(
            scene,
            socket =>
            {
                socket.SetKernelOption(TcpSocketOptions.SocketLevel, 7, bytes);
                return socket.GetSendBuffer();
            }
        );

    /// <summary>The same of a window clamp.</summary>
    public static string Clamp(Scene scene, int bytes) =>
        Ask(
            scene,
            socket =>
            {
                socket.SetKernelOption(TcpSocketOptions.TcpLevel, WindowClamp, bytes);
                return socket.GetWindowClamp();
            }
        );

    /// <summary>The same of a congestion control.</summary>
    public static string Algorithm(Scene scene, string name) =>
        Ask(
            scene,
            socket =>
            {
                socket.SetCongestionControl(name);
                return socket.GetCongestionControl();
            }
        );

    /// <summary>What a socket answers, or how it refuses.</summary>
    public static string Ask<T>(Socket socket, Func<Socket, T> ask)
        where T : notnull
    {
        try
        {
            return ask(socket).ToString()!;
        }
        catch (SocketException refused)
        {
            return refused.SocketErrorCode.ToString();
        }
    }

    private static string Ask<T>(Scene scene, Func<Socket, T> ask)
        where T : notnull
    {
        using var socket = scene.Network.Client.CreateSocket(AddressFamily.InterNetwork, cgroup: scene.Cgroup);
        return Ask(socket, ask);
    }
}
