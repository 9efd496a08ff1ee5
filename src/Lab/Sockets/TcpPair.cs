using System.Net;
using System.Net.Sockets;

namespace NetEdit.Lab;

/// <summary>Both ends of an established TCP connection. Disposing closes both.</summary>
public sealed class TcpPair : IDisposable
{
    private TcpPair(Socket client, Socket server) => (Client, Server) = (client, server);

    /// <summary>The end that connected.</summary>
    public Socket Client { get; }

    /// <summary>The end that was accepted.</summary>
    public Socket Server { get; }

    /// <summary>The client's port.</summary>
    public int ClientPort => ((IPEndPoint)Client.LocalEndPoint!).Port;

    /// <summary>The server's port.</summary>
    public int ServerPort => ((IPEndPoint)Client.RemoteEndPoint!).Port;

    /// <summary>Opens a connection with a listener of its own, which is closed again.</summary>
    /// <exception cref="TimeoutException">A step took longer than the options allow.</exception>
    /// <exception cref="SocketException">The connection was refused, or an address is not the host's.</exception>
    public static TcpPair Open(LabNetwork network, TcpPairOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        options ??= new TcpPairOptions();
        var address = options.ServerAddress ?? network.ServerAddressOf(options.Family);
        using var listener = LabListener.Open(
            network.Server,
            new IPEndPoint(address, options.Port),
            options.ServerCgroup,
            options.ServerSetup
        );
        return Open(network.Client, listener, options);
    }

    /// <summary>Opens a connection to a listener that no other caller uses at the same time.</summary>
    /// <param name="client">Host of the client.</param>
    /// <param name="listener">The listener.</param>
    /// <param name="options">Only the client's part and the timeout are used.</param>
    /// <exception cref="TimeoutException">A step took longer than the options allow.</exception>
    /// <exception cref="SocketException">The connection was refused.</exception>
    public static TcpPair Open(NetworkNamespace client, LabListener listener, TcpPairOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(listener);
        options ??= new TcpPairOptions();
        var socket = client.CreateSocket(listener.EndPoint.AddressFamily, cgroup: options.ClientCgroup);
        Socket? accepted = null;
        try
        {
            socket.NoDelay = true;
            options.ClientSetup?.Invoke(socket);
            if (options.ClientAddress is { } address)
            {
                socket.Bind(new IPEndPoint(address, 0));
            }

            Bounded.Wait(
                async token =>
                {
                    await socket.ConnectAsync(listener.EndPoint, token);
                    return true;
                },
                options.Timeout,
                $"connect to {listener.EndPoint}"
            );
            accepted = listener.Accept(options.Timeout);
            return Equals(accepted.RemoteEndPoint, socket.LocalEndPoint)
                ? new TcpPair(socket, accepted)
                : throw new LabException(
                    $"{listener.EndPoint} accepted {accepted.RemoteEndPoint} instead of {socket.LocalEndPoint}"
                );
        }
        catch
        {
            accepted?.Dispose();
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends bytes from the client to the server. See <see cref="TcpTransfer.Run"/>.</summary>
    public TcpTransfer SendToServer(long bytes, TimeSpan? timeout = null) =>
        TcpTransfer.Run(Client, Server, bytes, timeout);

    /// <summary>Sends bytes from the server to the client. See <see cref="TcpTransfer.Run"/>.</summary>
    public TcpTransfer SendToClient(long bytes, TimeSpan? timeout = null) =>
        TcpTransfer.Run(Server, Client, bytes, timeout);

    /// <inheritdoc/>
    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }
}
