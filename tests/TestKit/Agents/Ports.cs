using System.Net;
using System.Net.Sockets;

namespace NetEdit.TestKit;

/// <summary>
/// Ports of 127.0.0.1 for agents and servers, which a test gives away before they listen. No two tests get the same one: each of the processes
/// that run tests side by side has a range of its own, below the ports that the kernel gives to connections (32768).
/// </summary>
public static class Ports
{
    private const int First = 10_000;
    private const int PerProcess = 4_000;

    private static readonly int Start = First + (PerProcess * (SideBySide.Number - 1));
    private static int _given;

    /// <summary>A port that nobody listens on.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = Start + (Interlocked.Increment(ref _given) % PerProcess);
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                return port;
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // by a program of this host
            }
        }
    }
}
