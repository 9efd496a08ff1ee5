using System.Diagnostics;
using System.Net.Sockets;
using NetEdit.Lab;

namespace NetEdit.Effects.Guest;

/// <summary>Many servers answer one reader at the same moment, through a queue that holds less than their first windows.</summary>
internal sealed class IncastEffect : Effect
{
    private const string Policy = "incast";
    private const int Clamp = 4 * 1024;
    private const int Port = 9000;
    private const int Rounds = 6;
    private const int MiB = 1024 * 1024;

    // A block of fixed size that is spread over the senders, as in Phanishayee et al., FAST 2008; a larger one; and what a sender alone has of the clamp.
    private static readonly (int Senders, int Block)[] Cases =
    [
        (16, 2 * MiB),
        (24, 2 * MiB),
        (32, 2 * MiB),
        (32, 4 * MiB),
        (1, 2 * MiB),
    ];

    private readonly Testbed _bed = new(new Bottleneck(200, 128_000));
    private readonly AnswerServer _server;
    private volatile string _arm = "";

    public IncastEffect(Tuning tuning)
    {
        _bed.SetDelay(1);
        _server = new AnswerServer(_bed.Listen(Port), Cases.Max(@case => @case.Senders), _ => { });
        Arms = [Arm.Off, Arm.Ours(tuning, Policy)];
    }

    public override IReadOnlyList<Arm> Arms { get; }

    public override void Measure(string arm, Recorder recorder)
    {
        _arm = arm;
        foreach (var (senders, block) in Cases)
        {
            Measure(
                $"{senders} {(senders == 1 ? "sender" : "senders")}, {block / MiB} MiB",
                senders,
                block / senders,
                recorder
            );
        }
    }

    public override void Dispose()
    {
        _server.Dispose();
        _bed.Dispose();
    }

    private void Measure(string @case, int senders, int bytes, Recorder recorder)
    {
        var clients = Enumerable.Range(0, senders).Select(_ => Connect()).ToArray();
        var times = new double[senders * Rounds];
        long start = 0;
        var busy = new ProcessorTime();
        var watch = Stopwatch.StartNew();
        using (var barrier = new Barrier(senders, _ => start = Stopwatch.GetTimestamp()))
        {
            var readers = clients
                .Select(
                    (client, index) =>
                        AnswerServer.Start(() => Read(client, times.AsMemory(index * Rounds, Rounds).Span))
                )
                .ToList();
            readers.ForEach(reader => reader.Join());

            void Read(Socket client, Span<double> own)
            {
                var buffer = AnswerServer.NewBuffer();
                for (var round = 0; round < Rounds; round++)
                {
                    barrier.SignalAndWait();
                    _server.Exchange(client, bytes, buffer);
                    own[round] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                }
            }
        }

        var goodput = (double)senders * Rounds * bytes * 8e-6 / watch.Elapsed.TotalSeconds;
        recorder.Add(
            @case,
            _arm,
            "retransmits",
            "",
            clients.Sum(client => TcpInfo.Read(_server.EndOf(client)).TotalRetransmits)
        );
        recorder.Add(@case, _arm, "P99 completion", "ms", Percentile.Of(times, 0.99));
        recorder.Add(@case, _arm, "median completion", "ms", Percentile.Of(times, 0.5));
        recorder.Add(@case, _arm, "goodput", "Mbit/s", goodput);
        recorder.Add(@case, _arm, "processor", "", busy.Busy);
        Array.ForEach(clients, client => client.Dispose());
        _server.WaitUntilIdle();
    }

    private Socket Connect()
    {
        var client = _bed.CreateClient();
        client.Connect(_server.EndPoint);
        var (clamp, window) = (client.GetWindowClamp(), TcpInfo.Read(_server.EndOf(client)).SendWindow);
        Demand(
            _arm == Arm.Off.Name ? clamp > 8 * Clamp && window > 8 * Clamp : clamp == Clamp && window <= Clamp,
            _arm,
            $"clamp {clamp}, window {window} bytes"
        );
        return client;
    }
}
