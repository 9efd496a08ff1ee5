using System.Diagnostics;
using NetEdit.Lab;

namespace NetEdit.Effects.Guest;

/// <summary>Objects over long paths, each on a connection of its own.</summary>
internal sealed class InitialCwndEffect : Effect
{
    private const string Route = "route";
    private const string Policy = "initial-cwnd";
    private const int Segments = 40;
    private const int KernelSegments = 10; // RFC 6928
    private const int Port = 8000;

    private static readonly int[] Delays = [20, 50, 80];
    private static readonly int[] Sizes = [4, 16, 64, 256, 1024];

    private readonly Testbed _bed = new(new Bottleneck(100, 1_000_000));
    private readonly byte[] _buffer = AnswerServer.NewBuffer();
    private readonly AnswerServer _server;
    private volatile string _arm = "";

    public InitialCwndEffect(Tuning tuning)
    {
        _server = new AnswerServer(_bed.Listen(Port), 1, socket => Check((int)TcpInfo.Read(socket).CongestionWindow));
        Arms =
        [
            Arm.Off,
            new Arm(Route, () => _bed.SetServerRoute($"initcwnd {Segments}"), () => _bed.SetServerRoute("")),
            Arm.Ours(tuning, Policy),
        ];
    }

    public override IReadOnlyList<Arm> Arms { get; }

    public override void Measure(string arm, Recorder recorder)
    {
        _arm = arm;
        foreach (var delay in Delays)
        {
            _bed.SetDelay(delay);
            foreach (var size in Sizes)
            {
                Measure($"{size} KiB, {delay} ms", size * 1024, delay, recorder);
            }
        }
    }

    public override void Dispose()
    {
        _server.Dispose();
        _bed.Dispose();
    }

    private void Measure(string @case, int bytes, int delay, Recorder recorder)
    {
        using (var client = _bed.CreateClient())
        {
            var busy = new ProcessorTime();
            var watch = Stopwatch.StartNew();
            client.Connect(_server.EndPoint);
            var handshake = watch.Elapsed;
            _server.Exchange(client, bytes, _buffer);
            var completion = watch.Elapsed;
            recorder.Add(@case, _arm, "completion", "ms", completion.TotalMilliseconds);
            recorder.AddHandshake(@case, _arm, handshake, delay);
            recorder.Add(@case, _arm, "retransmits", "", TcpInfo.Read(_server.EndOf(client)).TotalRetransmits);
            recorder.Add(@case, _arm, "processor", "", busy.Busy);
        }

        _server.WaitUntilIdle();
    }

    private void Check(int window)
    {
        var expected = _arm == Arm.Off.Name ? KernelSegments : Segments;
        Demand(window == expected, _arm, $"the server begins with {window} segments, not {expected}");
    }
}
