using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using NetEdit.Lab;

namespace NetEdit.TestKit;

/// <summary>
/// Opens connections over loopback one after the other, as fast as one thread can, each to the next of several listeners, and looks at the
/// congestion window that either end began with. An accepted socket is in its listener's cgroup, the client's in that of this process.
/// </summary>
public sealed class ChurnTraffic : IDisposable
{
    private const int ShownLapses = 10;
    private const int HeldEvery = 200;
    private static readonly TimeSpan HeldFor = TimeSpan.FromSeconds(3);

    private readonly NetworkNamespace _namespace = NetworkNamespace.Create();
    private readonly List<(LabListener Listener, bool Tuned, string Scope)> _listeners = [];
    private readonly Queue<(long Since, Socket Client, Socket Server)> _held = new();
    private readonly List<string> _lapses = [];
    private Thread? _thread;
    private Exception? _failure;
    private volatile bool _stop;
    private volatile bool _hold = true;
    private long _connections;
    private long _untuned;

    public ChurnTraffic()
    {
        _namespace.SetSysctl("net.ipv4.tcp_max_tw_buckets", "0");
        _namespace.SetSysctl("net.ipv4.tcp_congestion_control", "reno");
    }

    public long Connections => Interlocked.Read(ref _connections);

    /// <summary>Ends in scopes that are always tuned which began with a window that no policy gives.</summary>
    public long Untuned => Interlocked.Read(ref _untuned);

    /// <summary>The first of them.</summary>
    public IReadOnlyList<string> Lapses
    {
        get
        {
            lock (_lapses)
            {
                return [.. _lapses];
            }
        }
    }

    /// <summary>Listens in a scope.</summary>
    public void Listen(LabCgroup scope, string name, bool tuned) =>
        _listeners.Add((LabListener.Open(_namespace, new IPEndPoint(IPAddress.Loopback, 0), scope), tuned, name));

    /// <summary>Begins; this process must be in a scope that is always tuned, and stay there.</summary>
    public void Start()
    {
        _thread = new Thread(() => _namespace.Run(Loop)) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Closes the connections that are held open, and holds no more until told.</summary>
    public void Hold(bool hold) => _hold = hold;

    /// <summary>Throws what stopped the connections.</summary>
    public void Check()
    {
        if (_failure is not null)
        {
            throw new LabException($"no more connections: {_failure.Message}", _failure);
        }
    }

    public void Dispose()
    {
        _stop = true;
        _thread?.Join();
        Release(TimeSpan.Zero);
        _listeners.ForEach(listener => listener.Listener.Dispose());
        _namespace.Dispose();
    }

    private void Loop()
    {
        try
        {
            for (var turn = 0; !_stop; turn++)
            {
                Connect(_listeners[turn % _listeners.Count]);
                Release(_hold ? HeldFor : TimeSpan.Zero);
            }
        }
#pragma warning disable CA1031 // Check throws it where somebody waits for it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _failure = failure;
        }
    }

    private void Connect((LabListener Listener, bool Tuned, string Scope) to)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(to.Listener.EndPoint);
        var server = to.Listener.Socket.Accept();
        Expect(client, "connecting");
        if (to.Tuned)
        {
            Expect(server, to.Scope);
        }

        if (Interlocked.Increment(ref _connections) % HeldEvery == 0 && _hold)
        {
            _held.Enqueue((Stopwatch.GetTimestamp(), client, server));
            return;
        }

        client.Dispose();
        server.Dispose();
    }

    private void Expect(Socket socket, string where)
    {
        var window = TcpInfo.Read(socket).CongestionWindow;
        if (window >= ChurnTenant.LeastWindow)
        {
            return;
        }

        Interlocked.Increment(ref _untuned);
        lock (_lapses)
        {
            if (_lapses.Count < ShownLapses)
            {
                _lapses.Add(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {where}: window {window}"
                    )
                );
            }
        }
    }

    private void Release(TimeSpan age)
    {
        while (_held.TryPeek(out var oldest) && Stopwatch.GetElapsedTime(oldest.Since) >= age)
        {
            _held.Dequeue();
            oldest.Client.Dispose();
            oldest.Server.Dispose();
        }
    }
}
