using System.Collections.Immutable;

namespace NetEdit.Effects;

internal sealed class IncastExperiment : Experiment
{
    private const string Retransmits = "retransmits";
    private const string Slowest = "P99 completion";
    private const string Median = "median completion";
    private const string LargerBlock = "32 senders, 4 MiB";
    private const string Alone = "1 sender, 2 MiB";
    private const double AskedRatio = 0.5;

    public override string Name => "incast";

    public override string Title => "Receive window: many senders, one reader";

    public override string Method =>
        """
            The reader has a connection to each sender, asks all of them at the same moment for its part of a block of 2 MiB, and the next time when it has the whole block; 6 blocks on connections that are new in each repetition.
            Completion is from the question to a sender's last byte; P99 is over all senders and blocks. The bottleneck has 200 Mbit/s and a queue of 128 kB, the round trip is 1 ms: the first windows of 16 senders, 10 segments each,
            are twice what fits. *off* is CUBIC with the kernel's own window; *ours* is [incast.yaml](../../bench/effects/policies/incast.yaml), a clamp of 4 KiB at the reader, which is the queue divided by 32 senders. Clamp and
            window are read from both ends of every connection.
            """;

    public override string Limits =>
        """
            What is lost: the median, by a seventh. Without the clamp some senders finish early at the others' cost; with it all share the line to the end, and goodput is what it can carry. A clamp is also a bound for a sender that is alone:
            4 KiB a round trip at most, however fast the line, and so eight times as long (the last case). It is for connections of which many answer at once, and should be no smaller than the queue divided by their number.

            P99 without the clamp is the kernel's least retransmission timeout, 200 ms, and the time of the transfer; so the larger the block, the smaller the gain (the case of 4 MiB), and the retransmits are fewer all the same. Where
            losses are repaired without a timeout, the clamp saves retransmits and no time: so it was when the cases were chosen, with 1 MiB through 100 Mbit/s and 192 kB (P99 90 ms with and without it).
            """;

    public override ImmutableArray<string> Arms => [Off, Ours];

    public override ImmutableArray<string> Metrics => [Retransmits, Slowest, Median, "goodput"];

    public override IEnumerable<Figure> Figures(EffectResult result) =>
        [
            .. result
                .Cases.Where(@case => @case is not (LargerBlock or Alone))
                .SelectMany(@case =>
                    new Figure[]
                    {
                        new(
                            "fewer retransmits than off",
                            @case,
                            result.Ratio(@case, Ours, Off, Retransmits).Less(),
                            IsShare: true,
                            Target.Least(0.9)
                        ),
                        new(
                            "P99 completion ÷ off",
                            @case,
                            result.Ratio(@case, Ours, Off, Slowest),
                            IsShare: false,
                            Target.Most(AskedRatio)
                        ),
                        new(
                            "median completion ÷ off",
                            @case,
                            result.Ratio(@case, Ours, Off, Median),
                            IsShare: false,
                            Target.Most(1)
                        ),
                    }
                ),
            new(
                "P99 completion ÷ off, a larger block",
                LargerBlock,
                result.Ratio(LargerBlock, Ours, Off, Slowest),
                IsShare: false,
                Target.Most(AskedRatio)
            ),
            new(
                "P99 completion ÷ off, a sender alone",
                Alone,
                result.Ratio(Alone, Ours, Off, Slowest),
                IsShare: false,
                Target.Most(1)
            ),
        ];

    public override IEnumerable<Panel> Panels(EffectResult result) =>
        [
            PanelOf(result, "retransmitted segments", Retransmits, result.Cases, @case => @case),
            PanelOf(result, "P99 completion", Slowest, result.Cases, @case => @case),
        ];
}
