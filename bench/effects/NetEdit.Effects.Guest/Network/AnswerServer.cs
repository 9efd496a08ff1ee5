using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace NetEdit.Effects.Guest;

/// <summary>
/// Sends on each connection as many bytes as it is asked for, again and again. Threads and calls that block: on one emulated processor they cost the least.
/// </summary>
internal sealed class AnswerServer : IDisposable
{
    /// <summary>Asked for by who never has enough.</summary>
    public const long WithoutEnd = long.MaxValue;

    private const int ChunkBytes = 64 * 1024;
    private const int StackBytes = 256 * 1024;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<int, Socket> _open = new();
    private readonly byte[] _chunk = new byte[ChunkBytes];
    private readonly Socket _listener;
    private readonly Action<Socket> _check;
    private volatile Exception? _failure;

    /// <summary>Starts it.</summary>
    /// <param name="listener">Where; disposed with this.</param>
    /// <param name="places">How many connections it serves at once.</param>
    /// <param name="check">Throws when a connection, just accepted, is not what the arm makes it.</param>
    public AnswerServer(Socket listener, int places, Action<Socket> check)
    {
        (_listener, _check) = (listener, check);
        for (var place = 0; place < places; place++)
        {
            new Thread(Serve, StackBytes) { IsBackground = true }.Start();
        }
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    /// <summary>The server's end of a connection; waits until it is accepted.</summary>
    public Socket EndOf(Socket client)
    {
        Socket? end = null;
        Wait(() => _open.TryGetValue(((IPEndPoint)client.LocalEndPoint!).Port, out end), "accept a connection");
        return end!;
    }

    /// <summary>Waits until all connections have ended, and throws what went wrong on one.</summary>
    public void WaitUntilIdle() => Wait(() => _open.IsEmpty, "end its connections");

    /// <summary>Asks for bytes and receives them.</summary>
    /// <exception cref="InvalidOperationException">The connection ended before; what went wrong at the server, where it did.</exception>
    public void Exchange(Socket client, long bytes, byte[] buffer)
    {
        try
        {
            Ask(client, bytes);
            for (var left = bytes; left > 0; )
            {
                var count = client.Receive(buffer, 0, (int)Math.Min(left, buffer.Length), SocketFlags.None);
                left -= count > 0 ? count : throw new InvalidOperationException("the server ended the connection");
            }
        }
        catch (Exception ended) when (ended is SocketException or InvalidOperationException && _failure is not null)
        {
            // It keeps the reason before it resets the connection, so the reason is there when the reset comes.
            throw Failed(_failure);
        }
    }

    /// <summary>Asks for bytes.</summary>
    public static void Ask(Socket client, long bytes)
    {
        Span<byte> request = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(request, bytes);
        client.Send(request);
    }

    /// <summary>A buffer to receive into.</summary>
    public static byte[] NewBuffer() => new byte[ChunkBytes];

    /// <summary>Starts a thread of this program.</summary>
    public static Thread Start(Action action)
    {
        var thread = new Thread(() => action(), StackBytes) { IsBackground = true };
        thread.Start();
        return thread;
    }

    public void Dispose() => _listener.Dispose();

    private void Wait(Func<bool> condition, string what)
    {
        var start = Stopwatch.GetTimestamp();
        while (_failure is null && !condition())
        {
            if (Stopwatch.GetElapsedTime(start) > Limit)
            {
                throw new TimeoutException($"the server did not {what}");
            }

            Thread.Sleep(1);
        }

        if (_failure is { } failure)
        {
            throw Failed(failure);
        }
    }

    private static InvalidOperationException Failed(Exception failure) => new(failure.Message, failure);

    private void Serve()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = _listener.Accept();
            }
            catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
            {
                return;
            }

            var port = ((IPEndPoint)socket.RemoteEndPoint!).Port;
            try
            {
                _check(socket);
                _open[port] = socket;
                Answer(socket);
            }
            catch (SocketException)
            {
                // The client has had enough.
            }
#pragma warning disable CA1031 // Whatever it is, the client's thread is told.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                _failure = failure;
            }

            _open.TryRemove(port, out _);
            socket.Dispose();
        }
    }

    private void Answer(Socket socket)
    {
        Span<byte> request = stackalloc byte[sizeof(long)];
        while (Receive(socket, request))
        {
            for (var left = BinaryPrimitives.ReadInt64LittleEndian(request); left > 0; )
            {
                left -= socket.Send(_chunk, 0, (int)Math.Min(left, ChunkBytes), SocketFlags.None);
            }
        }
    }

    private static bool Receive(Socket socket, Span<byte> request)
    {
        while (request.Length > 0)
        {
            var count = socket.Receive(request);
            if (count == 0)
            {
                return false;
            }

            request = request[count..];
        }

        return true;
    }
}
