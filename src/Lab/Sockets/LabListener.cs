using System.Net;
using System.Net.Sockets;

namespace NetEdit.Lab;

/// <summary>A TCP listener in a namespace and a cgroup.</summary>
public sealed class LabListener : IDisposable
{
    private const int Backlog = 512;

    private readonly Socket _socket;

    private LabListener(Socket socket)
    {
        _socket = socket;
        EndPoint = (IPEndPoint)socket.LocalEndPoint!;
    }

    /// <summary>Where it listens; with the port that the kernel chose.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>The listening socket.</summary>
    public Socket Socket => _socket;

    /// <summary>Listens.</summary>
    /// <param name="host">Where.</param>
    /// <param name="endPoint">Address and port; port 0 for any that is free.</param>
    /// <param name="cgroup">The cgroup of the listener and of every socket it accepts, or null for that of this process.</param>
    /// <param name="setup">Called before listening, or null.</param>
    /// <exception cref="SocketException">The address is not the host's, or taken.</exception>
    public static LabListener Open(
        NetworkNamespace host,
        IPEndPoint endPoint,
        LabCgroup? cgroup = null,
        Action<Socket>? setup = null
    )
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(endPoint);
        var socket = host.CreateSocket(endPoint.AddressFamily, cgroup: cgroup);
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            setup?.Invoke(socket);
            socket.Bind(endPoint);
            socket.Listen(Backlog);
            return new LabListener(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Waits for a connection.</summary>
    /// <param name="timeout">Bound, or null for 5 s.</param>
    /// <exception cref="TimeoutException">None came.</exception>
    public Socket Accept(TimeSpan? timeout = null)
    {
        var limit = timeout ?? TimeSpan.FromSeconds(5);
        var socket = Bounded.Wait(token => _socket.AcceptAsync(token).AsTask(), limit, $"accept on {EndPoint}");
        socket.NoDelay = true;
        return socket;
    }

    /// <summary>Stops listening; accepted sockets live on.</summary>
    public void Dispose() => _socket.Dispose();
}
