using System.Collections.Immutable;

namespace NetEdit.Effects;

internal sealed class InitialCwndExperiment : Experiment
{
    private const string Route = "route";
    private const string Completion = "completion";
    private const string Asked = "256 KiB, 50 ms";

    public override string Name => "initial-cwnd";

    public override string Title => "Initial congestion window: objects over long paths";

    public override string Method =>
        """
            The server sends an object of 4 KiB to 1 MiB on a new connection, over a round trip of 20, 50 or 80 ms and a bottleneck of 100 Mbit/s that holds 1 MB, so that nothing is
            lost. Completion is from `connect` to the last byte. *off* is the kernel's own 10 segments, *route* is `ip route … initcwnd 40` at the server, *ours* is
            [initial-cwnd.yaml](../../bench/effects/policies/initial-cwnd.yaml) with the same 40. The server's TCP_INFO is read on every connection before it sends.
            """;

    public override string Limits =>
        """
            What is lost: nothing here, because the queue holds whatever comes at once; on a path whose queue does not, 40 segments may be dropped together. Objects that fit in 10 segments gain nothing, and the
            larger the object, the smaller the share of its time that is slow start. More than some 44 segments would gain nothing either without a policy at the reader: its kernel's own first window
            is 64 KB. The gain over the static route is none, as it should be: what a policy adds is the choice of connections, and that it comes and goes without touching routes.
            """;

    public override ImmutableArray<string> Arms => [Off, Route, Ours];

    public override ImmutableArray<string> Metrics => [Completion];

    public override IEnumerable<Figure> Figures(EffectResult result) =>
        [
            new(
                "faster than off",
                Asked,
                result.Ratio(Asked, Ours, Off, Completion).Less(),
                IsShare: true,
                Target.Least(0.3)
            ),
            result
                .Cases.Select(@case => new Figure(
                    "apart from the static route, most of all",
                    @case,
                    Apart(result.Ratio(@case, Ours, Route, Completion)),
                    IsShare: true,
                    Target.Most(0.03)
                ))
                .MaxBy(figure => figure.Value.Value)!,
        ];

    public override IEnumerable<Panel> Panels(EffectResult result) =>
        result
            .Cases.GroupBy(@case => @case.Split(", ")[1])
            .Select(group =>
                PanelOf(result, $"completion, round trip {group.Key}", Completion, group, @case => @case.Split(", ")[0])
            );

    private static Estimate Apart(Estimate ratio)
    {
        var ends = new[] { Math.Abs(ratio.Low - 1), Math.Abs(ratio.High - 1) };
        return new Estimate(Math.Abs(ratio.Value - 1), ratio.Low <= 1 && ratio.High >= 1 ? 0 : ends.Min(), ends.Max());
    }
}
