using System.Collections.Immutable;

namespace NetEdit.Effects;

internal sealed class LongReadsExperiment : Experiment
{
    private const string Throughput = "throughput";
    private const string Asked = "4 MiB";
    private const string SlowStart = "4 MiB, sender starts with 10 segments";
    private const double AskedRatio = 2;

    public override string Name => "long-reads";

    public override string Title => "Receive window: reads over a long path";

    public override string Method =>
        """
            The reader asks for 1 to 16 MiB on a new connection over a round trip of 80 ms; throughput is the read by the time from `connect` to the last byte. The bottleneck has 300 Mbit/s and a queue that holds a whole
            read, so that nothing is lost. The sender is not the limit: it begins with a window of 12,000 segments (`ip route … initcwnd`) and a buffer of up to 64 MiB (`net.ipv4.tcp_wmem`), in both arms. *off* is the kernel as it
            starts, with its own `tcp_rmem` (4096 131072 6291456) and `net.core.rmem_max` (212992). *ours* is [long-reads.yaml](../../bench/effects/policies/long-reads.yaml), initial and buffer of 16 MiB, and
            `net.core.rmem_max` raised to that, without which the kernel would cap the buffer and the policy be Degraded. The window of the reader's first acknowledgement is read at the server on every connection.
            """;

    public override string Limits =>
        """
            What is lost: where the sender begins with the kernel's 10 segments (the last case), its slow start is the limit and the reader's window hardly matters. The policy pays where senders are
            tuned too, or have long had their window. It ends autotuning for its connections, and lets each hold up to 32 MiB. The smaller the read, the more of its time is the handshake and the request, which no window shortens.
            """;

    public override ImmutableArray<string> Arms => [Off, Ours];

    public override ImmutableArray<string> Metrics => [Throughput];

    public override IEnumerable<Figure> Figures(EffectResult result) =>
        [
            new(
                "throughput ÷ off",
                Asked,
                result.Ratio(Asked, Ours, Off, Throughput),
                IsShare: false,
                Target.Least(AskedRatio)
            ),
            new(
                "the same without a tuned sender",
                SlowStart,
                result.Ratio(SlowStart, Ours, Off, Throughput),
                IsShare: false,
                Target.Least(AskedRatio)
            ),
        ];

    public override IEnumerable<Panel> Panels(EffectResult result) =>
        [
            PanelOf(
                result,
                "throughput of a read, round trip 80 ms",
                Throughput,
                result.Cases,
                @case => @case.Replace("sender starts with 10 segments", "initcwnd 10", StringComparison.Ordinal)
            ),
        ];
}
