using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using NetEdit.Lab;

[assembly: DisableRuntimeMarshalling]

namespace NetEdit.Bench.Kernel;

/// <summary>Two loopback addresses, in network order.</summary>
internal readonly record struct Ends(uint Client, uint Server);

/// <summary>
/// Opens and closes connections over loopback, one after the other on one thread: connect, accept, close, close. The
/// handshake runs inside connect, so the time is that of the connection and not of waking anybody.
/// </summary>
internal sealed unsafe class ConnectionLoop : IDisposable
{
    private const int Backlog = 16;
    private readonly NetworkNamespace _host;
    private readonly ushort _port;
    private readonly SocketOptions _options;
    private readonly int _listener;
    private int _next;

    /// <summary>Creates the listener; its cgroup, and that of all accepted connections, is the one this process is in.</summary>
    /// <param name="host">Where.</param>
    /// <param name="port">The listener's.</param>
    /// <param name="options">What this process sets on its sockets.</param>
    internal ConnectionLoop(NetworkNamespace host, ushort port, SocketOptions? options = null)
    {
        (_host, _port, _options) = (host, port, options ?? SocketOptions.None);
        /* No socket waits out its two minutes: otherwise there would soon be no free ports. */
        host.SetSysctl("net.ipv4.tcp_max_tw_buckets", "0");
        host.SetSysctl("net.ipv4.tcp_congestion_control", "reno");
        _listener = host.Run(Listen);
    }

    /// <summary>Makes connections and measures them.</summary>
    /// <param name="count">How many.</param>
    /// <param name="ends">Addresses, taken in turn; none for 127.0.0.1 at both ends.</param>
    internal Cost Run(int count, Ends[]? ends = null) =>
        _host.Run(() =>
        {
            _next %= ends?.Length ?? 1;
            var cpu = Syscalls.ThreadCpuNanoseconds();
            var start = Stopwatch.GetTimestamp();
            for (var index = 0; index < count; index++)
            {
                if (ends is null)
                {
                    Open(new Ends(0, Loopback), bindClient: false);
                }
                else
                {
                    Open(ends[_next], bindClient: true);
                    _next = _next + 1 == ends.Length ? 0 : _next + 1;
                }
            }

            return new Cost(
                Stopwatch.GetElapsedTime(start).TotalNanoseconds / count,
                (double)(Syscalls.ThreadCpuNanoseconds() - cpu) / count
            );
        });

    /// <summary>Looks at both ends of a connection as <see cref="Run"/> makes them.</summary>
    internal T Look<T>(Func<Socket, Socket, T> look) =>
        _host.Run(() =>
        {
            var (client, server) = Connect(new Ends(0, Loopback), bindClient: false);
            using Socket one = new(new SafeSocketHandle(client, ownsHandle: true)),
                other = new(new SafeSocketHandle(server, ownsHandle: true));
            return look(one, other);
        });

    public void Dispose() => _ = Syscalls.close(_listener);

    private static uint Loopback => BinaryPrimitives.ReverseEndianness(0x7f000001u);

    private static Syscalls.SocketAddress Address(uint address, ushort port) =>
        new()
        {
            Family = Syscalls.AddressFamilyIPv4,
            Address = address,
            Port = BinaryPrimitives.ReverseEndianness(port),
        };

    private int Listen()
    {
        var one = 1;
        var listener = Syscalls.Check(Syscalls.socket(Syscalls.AddressFamilyIPv4, Syscalls.Stream, 0), "socket");
        Syscalls.Check(
            Syscalls.setsockopt(listener, Syscalls.LevelSocket, Syscalls.ReuseAddress, &one, sizeof(int)),
            "setsockopt"
        );
        Set(listener, _options.Listener);
        var address = Address(0, _port);
        Syscalls.Check(Syscalls.bind(listener, &address, (uint)sizeof(Syscalls.SocketAddress)), "bind");
        Syscalls.Check(Syscalls.listen(listener, Backlog), "listen");
        return listener;
    }

    private void Open(Ends ends, bool bindClient)
    {
        var (client, server) = Connect(ends, bindClient);
        _ = Syscalls.close(client);
        _ = Syscalls.close(server);
    }

    private (int Client, int Server) Connect(Ends ends, bool bindClient)
    {
        var client = Syscalls.Check(Syscalls.socket(Syscalls.AddressFamilyIPv4, Syscalls.Stream, 0), "socket");
        if (bindClient)
        {
            var one = 1;
            var from = Address(ends.Client, 0);
            Syscalls.Check(
                Syscalls.setsockopt(client, Syscalls.LevelIP, Syscalls.BindAddressNoPort, &one, sizeof(int)),
                "setsockopt"
            );
            Syscalls.Check(Syscalls.bind(client, &from, (uint)sizeof(Syscalls.SocketAddress)), "bind");
        }

        Set(client, _options.Client);
        var to = Address(ends.Server, _port);
        Syscalls.Check(Syscalls.connect(client, &to, (uint)sizeof(Syscalls.SocketAddress)), "connect");
        var server = Syscalls.Check(Syscalls.accept4(_listener, null, null, 0), "accept");
        Set(server, _options.Accepted);
        return (client, server);
    }

    private static void Set(int socket, SocketOption[] options)
    {
        foreach (var option in options)
        {
            fixed (byte* value = option.Value)
            {
                Syscalls.Check(
                    Syscalls.setsockopt(socket, option.Level, option.Name, (int*)value, (uint)option.Value.Length),
                    "setsockopt"
                );
            }
        }
    }
}

/// <summary>Cost of a connection.</summary>
/// <param name="WallNanoseconds">Time.</param>
/// <param name="CpuNanoseconds">CPU time of the thread.</param>
internal readonly record struct Cost(double WallNanoseconds, double CpuNanoseconds);
