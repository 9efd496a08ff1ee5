using System.Collections.Immutable;

namespace NetEdit.Effects;

internal sealed class DctcpExperiment : Experiment
{
    private const string Cubic = "CUBIC";
    private const string Kernel = "kernel DCTCP";
    private const string Throughput = "throughput";
    private const string Queue = "queue";
    private const string Retransmits = "retransmits";
    private const string Fairness = "fairness";

    public override string Name => "dctcp";

    public override string Title => "DCTCP: long flows through a queue that marks";

    public override string Method =>
        """
            4 to 16 flows for 1.5 s from their opening, each started at a moment of its own within the first 100 ms, the same moments in all arms. The bottleneck has 100 Mbit/s and RED in it: packets that can be marked are from 30 kB
            on, all of them (RFC 8257 section 4.1), and what cannot be marked is kept up to 200 kB, as in a switch (`red … ecn nodrop`); the round trip is 2 ms. Throughput is what the clients received, the queue its mean length, read
            every 5 ms, retransmits are those of TCP_INFO at the senders, slow start included, fairness is Jain's index of the bytes of each flow. *CUBIC* is the kernel's default, without ECN; *kernel DCTCP* is the module `tcp_dctcp`
            with `tcp_ecn` 1 at both hosts; *ours* is [dctcp.yaml](../../bench/effects/policies/dctcp.yaml). Algorithm and ECN are read at both ends of every connection.
            """;

    public override string Limits =>
        """
            What is lost: with 16 flows the mean queue is above the threshold, under both DCTCPs. Path and threshold have room for some 2 segments of each, which is the smallest window, and windows grow by whole segments.
            Retransmits of the two DCTCPs can hardly be compared: with their starts 100 ms apart neither has any, and nothing by nothing counts as 1. With starts within 20 ms the first windows of 16 flows overran the
            queue together, and both lost between 4 and 30 segments in the few runs that were tried.
            """;

    public override ImmutableArray<string> Arms => [Cubic, Kernel, Ours];

    public override ImmutableArray<string> Metrics => [Throughput, Queue, Retransmits, Fairness, "marked", "dropped"];

    public override IEnumerable<Figure> Figures(EffectResult result) =>
        result.Cases.SelectMany(@case =>
            new Figure[]
            {
                new(
                    "fewer retransmits than CUBIC",
                    @case,
                    result.Ratio(@case, Ours, Cubic, Retransmits).Less(),
                    IsShare: true,
                    Target.Least(0.75)
                ),
                new(
                    "throughput ÷ CUBIC",
                    @case,
                    result.Ratio(@case, Ours, Cubic, Throughput),
                    IsShare: false,
                    Target.Least(0.95)
                ),
                new(
                    "throughput ÷ the kernel's DCTCP",
                    @case,
                    result.Ratio(@case, Ours, Kernel, Throughput),
                    IsShare: false,
                    Target.Least(0.9)
                ),
                new(
                    "queue ÷ the kernel's DCTCP",
                    @case,
                    result.Ratio(@case, Ours, Kernel, Queue),
                    IsShare: false,
                    Target.Most(1.1)
                ),
                new(
                    "retransmits ÷ the kernel's DCTCP",
                    @case,
                    result.Ratio(@case, Ours, Kernel, Retransmits),
                    IsShare: false,
                    Target.Most(1.1)
                ),
                new(
                    "fairness ÷ the kernel's DCTCP",
                    @case,
                    result.Ratio(@case, Ours, Kernel, Fairness),
                    IsShare: false,
                    Target.Least(0.9)
                ),
            }
        );

    public override IEnumerable<Panel> Panels(EffectResult result) =>
        [
            PanelOf(result, "throughput", Throughput, result.Cases, @case => @case),
            PanelOf(result, "queue, mean", Queue, result.Cases, @case => @case),
            PanelOf(result, "retransmitted segments in 1.5 s", Retransmits, result.Cases, @case => @case),
            PanelOf(result, "fairness (Jain)", Fairness, result.Cases, @case => @case),
        ];
}
