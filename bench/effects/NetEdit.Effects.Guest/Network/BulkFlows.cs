using System.Net.Sockets;
using NetEdit.Lab;

namespace NetEdit.Effects.Guest;

/// <summary>Connections that a server sends on without end.</summary>
internal sealed class BulkFlows : IDisposable
{
    private const int MostApartMilliseconds = 100;

    private readonly Socket[] _clients;
    private readonly Socket[] _ends;
    private readonly long[] _received;
    private readonly List<Thread> _threads = [];

    /// <summary>Opens them and starts them within 100 ms, at random.</summary>
    /// <param name="bed">Where.</param>
    /// <param name="server">Who sends.</param>
    /// <param name="count">How many.</param>
    /// <param name="check">Throws when one is not what the arm makes it.</param>
    /// <param name="repetition">The same for all arms, and so are the moments of their starts.</param>
    public BulkFlows(Testbed bed, AnswerServer server, int count, Action<Socket> check, int repetition)
    {
        var random = new Random(repetition);
        _received = new long[count];
        _clients =
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ =>
                {
                    var client = bed.CreateClient();
                    client.Connect(server.EndPoint);
                    check(client);
                    return client;
                }),
        ];
        _ends = [.. _clients.Select(server.EndOf)];
        for (var index = 0; index < count; index++)
        {
            var (own, pause) = (index, random.Next(MostApartMilliseconds));
            _threads.Add(AnswerServer.Start(() => Receive(own, pause)));
        }
    }

    /// <summary>Bytes received on each so far.</summary>
    public long[] Received =>
        [.. Enumerable.Range(0, _received.Length).Select(index => Volatile.Read(ref _received[index]))];

    /// <summary>Segments sent again on all so far.</summary>
    public long Retransmits => _ends.Sum(end => TcpInfo.Read(end).TotalRetransmits);

    /// <summary>Resets them, so that nothing is under way any more.</summary>
    public void Dispose()
    {
        foreach (var client in _clients)
        {
            client.LingerState = new LingerOption(true, 0);
            client.Dispose();
        }

        _threads.ForEach(thread => thread.Join());
    }

    private void Receive(int index, int pauseMilliseconds)
    {
        var buffer = AnswerServer.NewBuffer();
        try
        {
            Thread.Sleep(pauseMilliseconds);
            AnswerServer.Ask(_clients[index], AnswerServer.WithoutEnd);
            while (_clients[index].Receive(buffer) is var count and > 0)
            {
                Volatile.Write(ref _received[index], _received[index] + count);
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // It was reset, by us.
        }
    }
}
