using System.Diagnostics;

namespace NetEdit.Effects.Guest;

/// <summary>Short requests, each on a connection of its own, beside long flows through the same queue.</summary>
internal sealed class BesideBulkEffect : Effect
{
    private const int Port = 7000;
    private const int BulkCount = 4;
    private const int Askers = 4;
    private const int RequestsEach = 50;
    private const int AnswerBytes = 16 * 1024;
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(500);

    private readonly Testbed _bed = new(new Bottleneck(100, 200_000) { MarkingBytes = 30_000 });
    private readonly CongestionArms _arms;

    public BesideBulkEffect(Tuning tuning)
    {
        _bed.SetDelay(2);
        _arms = new CongestionArms(_bed, tuning);
    }

    public override IReadOnlyList<Arm> Arms => _arms.All;

    public override void Measure(string arm, Recorder recorder)
    {
        const string Case = "4 bulk flows";
        using var server = _arms.Serve(Port, BulkCount + (2 * Askers));
        var times = new double[Askers * RequestsEach];
        using (var bulk = new BulkFlows(_bed, server, BulkCount, _arms.Check, recorder.Repetition))
        {
            Thread.Sleep(HeadStart);
            var (before, busy, watch) = (bulk.Received.Sum(), new ProcessorTime(), Stopwatch.StartNew());
            var askers = Enumerable
                .Range(0, Askers)
                .Select(asker =>
                    AnswerServer.Start(() => Ask(server, times.AsSpan(asker * RequestsEach, RequestsEach)))
                )
                .ToList();
            askers.ForEach(asker => asker.Join());
            recorder.Add(Case, arm, "P99", "ms", Percentile.Of(times, 0.99));
            recorder.Add(Case, arm, "median", "ms", Percentile.Of(times, 0.5));
            recorder.Add(
                Case,
                arm,
                "bulk throughput",
                "Mbit/s",
                (bulk.Received.Sum() - before) * 8e-6 / watch.Elapsed.TotalSeconds
            );
            recorder.Add(Case, arm, "processor", "", busy.Busy);
        }

        server.WaitUntilIdle();
        _bed.WaitUntilEmpty();
    }

    public override void Dispose() => _bed.Dispose();

    private void Ask(AnswerServer server, Span<double> times)
    {
        var buffer = AnswerServer.NewBuffer();
        for (var request = 0; request < times.Length; request++)
        {
            using var client = _bed.CreateClient();
            var start = Stopwatch.GetTimestamp();
            client.Connect(server.EndPoint);
            server.Exchange(client, AnswerBytes, buffer);
            times[request] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            _arms.Check(client);
        }
    }
}
