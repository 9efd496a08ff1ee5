using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NetEdit.Lab;

namespace NetEdit.TestKit;

/// <summary>What the features of tests/TestPlugin do, as sockets see it. All happens over loopback, in this process's network namespace.</summary>
/// <param name="cgroup">Its sockets and processes are met.</param>
/// <param name="met">How often the programs of a feature say that they acted.</param>
/// <param name="iterator">Gives the pin of the iterator; null when there is none.</param>
public sealed class HookEffects(LabCgroup cgroup, Func<string, ulong> met, Func<string?> iterator)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Whether a feature acts on a port.</summary>
    /// <param name="feature">Its name.</param>
    /// <param name="port">The port.</param>
    /// <param name="other">Where what is meant for it goes instead.</param>
    /// <exception cref="InvalidOperationException">Some of its programs do and some do not, or it does something else.</exception>
    public bool Acts(string feature, int port, int other) =>
        feature switch
        {
            "test-addresses" => AllOrNone(
                ("bind4", Bound(IPAddress.Loopback, port) == other),
                ("bind6", Bound(IPAddress.IPv6Loopback, port) == other),
                ("connect4", Connected(IPAddress.Loopback, port, other)),
                ("connect6", Connected(IPAddress.IPv6Loopback, port, other)),
                ("sendmsg4", Sent(IPAddress.Loopback, port, other)),
                ("sendmsg6", Sent(IPAddress.IPv6Loopback, port, other)),
                ("recvmsg4", ReceivedFrom(IPAddress.Loopback, port) == other),
                ("recvmsg6", ReceivedFrom(IPAddress.IPv6Loopback, port) == other)
            ),
            "test-options" => AllOrNone(("setsockopt", IsRefused(port)), ("getsockopt", TypeOfService() == other)),
            "test-iterator" => iterator() is { } pin
                && File.ReadAllBytes(pin) is { Length: > 0 } bytes
                && BitConverter.ToInt32(bytes) == port,
            "test-tracepoint" or "test-raw-tracepoint" or "test-function" or "test-function-probe" => Counts(
                feature,
                Connect
            ),
            "test-processor" or "test-processor-in-cgroup" => Counts(feature, Work),
            _ => IsDropped(port, other),
        };

    private static bool AllOrNone(params (string Name, bool Acts)[] programs)
    {
        var acting = programs.Where(program => program.Acts).Select(program => program.Name).ToList();
        return acting.Count == programs.Length
            || (
                acting.Count == 0 ? false : throw new InvalidOperationException($"only {string.Join(", ", acting)} act")
            );
    }

    private bool Counts(string feature, Action cause)
    {
        var before = met(feature);
        cause();
        return met(feature) > before;
    }

    private Socket Inside(AddressFamily family, SocketType type = SocketType.Dgram)
    {
        using (cgroup.Enter())
        {
            return Outside(family, type);
        }
    }

    private static Socket Outside(AddressFamily family, SocketType type = SocketType.Dgram) =>
        new(family, type, type == SocketType.Dgram ? ProtocolType.Udp : ProtocolType.Tcp)
        {
            ReceiveTimeout = (int)Limit.TotalMilliseconds,
        };

    private static Socket Receiver(IPAddress address, int port)
    {
        var socket = Outside(address.AddressFamily);
        socket.Bind(new IPEndPoint(address, port));
        return socket;
    }

    private int Bound(IPAddress address, int port)
    {
        using var socket = Inside(address.AddressFamily);
        socket.Bind(new IPEndPoint(address, port));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private bool Connected(IPAddress address, int port, int other)
    {
        using var there = Listener(address, other);
        using var here = Listener(address, port);
        using var socket = Inside(address.AddressFamily, SocketType.Stream);
        socket.Connect(new IPEndPoint(address, port));
        return Which(there, here);
    }

    private bool Sent(IPAddress address, int port, int other)
    {
        using var there = Receiver(address, other);
        using var here = Receiver(address, port);
        using var socket = Inside(address.AddressFamily);
        socket.SendTo([1], new IPEndPoint(address, port));
        return Which(there, here);
    }

    private int ReceivedFrom(IPAddress address, int port)
    {
        using var sender = Receiver(address, port);
        using var socket = Inside(address.AddressFamily);
        socket.Bind(new IPEndPoint(address, 0));
        sender.SendTo([1], socket.LocalEndPoint!);
        EndPoint from = new IPEndPoint(address, 0);
        socket.ReceiveFrom(new byte[1], ref from);
        return ((IPEndPoint)from).Port;
    }

    /* What comes after on loopback arrives after: when the second datagram is there, the first would be. */
    private bool IsDropped(int port, int free)
    {
        using var dropping = Inside(AddressFamily.InterNetwork);
        dropping.Bind(new IPEndPoint(IPAddress.Loopback, port));
        using var free4 = Receiver(IPAddress.Loopback, free);
        using var sender = Inside(AddressFamily.InterNetwork);
        Send(port);
        Send(free);
        free4.Receive(new byte[1]);
        return dropping.Available == 0;

        /* A program of the cgroup that drops what is sent has the call fail. */
        void Send(int to)
        {
            try
            {
                sender.SendTo([1], new IPEndPoint(IPAddress.Loopback, to));
            }
            catch (SocketException refused) when (refused.SocketErrorCode == SocketError.AccessDenied)
            {
                // dropped
            }
        }
    }

    private bool IsRefused(int typeOfService)
    {
        using var socket = Inside(AddressFamily.InterNetwork);
        try
        {
            socket.SetRawSocketOption(0, 1, BitConverter.GetBytes(typeOfService));
            return false;
        }
        catch (SocketException refused)
            when (refused.SocketErrorCode == SocketError.AccessDenied || refused.NativeErrorCode == 1)
        {
            return true;
        }
    }

    private int TypeOfService()
    {
        using var socket = Inside(AddressFamily.InterNetwork);
        var value = new byte[sizeof(int)];
        socket.GetRawSocketOption(0, 1, value);
        return BitConverter.ToInt32(value);
    }

    private void Connect()
    {
        using var listener = Listener(IPAddress.Loopback, 0);
        using var socket = Inside(AddressFamily.InterNetwork, SocketType.Stream);
        socket.Connect(listener.LocalEndPoint!);
    }

    private void Work()
    {
        using (cgroup.Enter())
        {
            for (var watch = Stopwatch.StartNew(); watch.Elapsed < TimeSpan.FromMilliseconds(300); )
            {
                Thread.SpinWait(1000);
            }
        }
    }

    private static Socket Listener(IPAddress address, int port)
    {
        var socket = Outside(address.AddressFamily, SocketType.Stream);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(address, port));
        socket.Listen();
        return socket;
    }

    /// <summary>Which of two sockets something came to: the first, and not the second.</summary>
    private static bool Which(Socket first, Socket second)
    {
        var ready = new List<Socket> { first, second };
        Socket.Select(ready, null, null, Limit);
        return ready.Count == 1
            ? ready[0] == first
            : throw new InvalidOperationException($"{ready.Count} sockets got what was sent once");
    }
}
