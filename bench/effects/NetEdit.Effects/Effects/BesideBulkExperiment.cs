using System.Collections.Immutable;

namespace NetEdit.Effects;

internal sealed class BesideBulkExperiment : Experiment
{
    private const string Cubic = "CUBIC";
    private const string Slowest = "P99";

    public override string Name => "beside-bulk";

    public override string Title => "DCTCP: short flows beside bulk";

    public override string Method =>
        """
            4 flows without end, and from 0.5 s on 4 clients that ask for 16 KiB 50 times each, one after another, every time on a new connection; completion is from `connect` to the last byte, P99 over all 200. The network and the arms are those of
            the long flows above; short and long flows have the same algorithm.
            """;

    public override string Limits =>
        """
            What is lost: the bulk flows' throughput while it is measured, because the clients ask again as soon as they have their answer: with DCTCP they ask three to four times as often. The line is full in all arms.
            """;

    public override ImmutableArray<string> Arms => [Cubic, "kernel DCTCP", Ours];

    public override ImmutableArray<string> Metrics => [Slowest, "median", "bulk throughput"];

    public override IEnumerable<Figure> Figures(EffectResult result) =>
        result.Cases.Select(@case => new Figure(
            "lower P99 than CUBIC",
            @case,
            result.Ratio(@case, Ours, Cubic, Slowest).Less(),
            IsShare: true,
            Target.Least(0.4)
        ));

    public override IEnumerable<Panel> Panels(EffectResult result) =>
        [
            PanelOf(result, "completion, P99", Slowest, result.Cases, @case => @case),
            PanelOf(result, "completion, median", "median", result.Cases, @case => @case),
            PanelOf(result, "bulk throughput", "bulk throughput", result.Cases, @case => @case),
        ];
}
