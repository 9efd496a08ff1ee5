using System.Diagnostics;

namespace NetEdit.Effects.Guest;

/// <summary>A few long flows through a queue that marks.</summary>
internal sealed class DctcpEffect : Effect
{
    private const int Port = 7000;
    private static readonly int[] Counts = [4, 8, 16];
    private static readonly TimeSpan Duration = TimeSpan.FromMilliseconds(1500);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly Testbed _bed = new(new Bottleneck(100, 200_000) { MarkingBytes = 30_000 });
    private readonly CongestionArms _arms;

    public DctcpEffect(Tuning tuning)
    {
        _bed.SetDelay(2);
        _arms = new CongestionArms(_bed, tuning);
    }

    public override IReadOnlyList<Arm> Arms => _arms.All;

    public override void Measure(string arm, Recorder recorder)
    {
        using var server = _arms.Serve(Port, Counts.Max());
        foreach (var count in Counts)
        {
            Measure($"{count} flows", arm, count, server, recorder);
        }
    }

    public override void Dispose() => _bed.Dispose();

    private void Measure(string @case, string arm, int count, AnswerServer server, Recorder recorder)
    {
        var (before, busy, watch) = (_bed.Queue.Read(), new ProcessorTime(), Stopwatch.StartNew());
        var queued = new List<double>();
        using (var flows = new BulkFlows(_bed, server, count, _arms.Check, recorder.Repetition))
        {
            while (watch.Elapsed < Duration)
            {
                Thread.Sleep(Pause);
                queued.Add(_bed.Queue.Read().Bytes / 1000.0);
            }

            var (seconds, received, after) = (watch.Elapsed.TotalSeconds, flows.Received, _bed.Queue.Read());
            recorder.Add(@case, arm, "throughput", "Mbit/s", received.Sum() * 8e-6 / seconds);
            recorder.Add(@case, arm, "queue", "kB", queued.Average());
            recorder.Add(@case, arm, "retransmits", "", flows.Retransmits);
            recorder.Add(@case, arm, "fairness", "", Fairness(received));
            recorder.Add(@case, arm, "marked", "", after.Marked - before.Marked);
            recorder.Add(@case, arm, "dropped", "", after.Dropped - before.Dropped);
            recorder.Add(@case, arm, "processor", "", busy.Busy);
        }

        server.WaitUntilIdle();
        _bed.WaitUntilEmpty();
    }

    /// <summary>Jain's index: 1 when all have the same, 1/n when one has all.</summary>
    private static double Fairness(long[] received)
    {
        var sum = received.Sum(bytes => (double)bytes);
        return sum * sum / (received.Length * received.Sum(bytes => (double)bytes * bytes));
    }
}
