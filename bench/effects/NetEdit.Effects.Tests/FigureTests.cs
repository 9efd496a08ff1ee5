namespace NetEdit.Effects.Tests;

public sealed class FigureTests
{
    [Theory]
    [InlineData(0.31, 0.30, 0.33, nameof(Verdict.Met))]
    [InlineData(0.31, 0.29, 0.33, nameof(Verdict.Undecided))]
    [InlineData(0.29, 0.28, 0.31, nameof(Verdict.Undecided))]
    [InlineData(0.20, 0.19, 0.21, nameof(Verdict.Missed))]
    public void A_figure_that_should_be_large_is_judged_by_its_whole_interval(
        double value,
        double low,
        double high,
        string verdict
    ) => Target.Least(0.3).Judge(new Estimate(value, low, high)).ToString().ShouldBe(verdict);

    [Theory]
    [InlineData(0.40, 0.30, 0.50, nameof(Verdict.Met))]
    [InlineData(0.49, 0.40, 0.51, nameof(Verdict.Undecided))]
    [InlineData(0.60, 0.55, 0.70, nameof(Verdict.Missed))]
    public void One_that_should_be_small_too(double value, double low, double high, string verdict) =>
        Target.Most(0.5).Judge(new Estimate(value, low, high)).ToString().ShouldBe(verdict);

    [Fact]
    public void The_readme_shows_the_worst_case_of_each_comparison_also_when_it_is_lost()
    {
        var table = FigureTable.Of([
            (new IncastExperiment(), IncastWith(retransmits: [1, 30], completion: [300, 900])),
        ]);

        table.ShouldContain("| fewer retransmits than off, 32 senders, 2 MiB | 70.0 % | ≥ 90 % | missed |");
        table.ShouldContain("| P99 completion ÷ off, 32 senders, 2 MiB | 0.90 | ≤ 0.5 | missed |");
        table.ShouldContain("| P99 completion ÷ off, a sender alone, 1 sender, 2 MiB | 8.00 | ≤ 1 | missed |");
    }

    [Fact]
    public void And_those_that_are_met() =>
        FigureTable
            .Of([(new IncastExperiment(), IncastWith(retransmits: [1, 2], completion: [300, 400]))])
            .ShouldContain("| 98.0 % | ≥ 90 % | met | 6.12 |");

    [Fact]
    public void The_table_goes_between_the_readmes_markers()
    {
        const string Readme =
            "before\n<!-- effects: written by bench/effects/run.sh -->\nold\n<!-- end of effects -->\nafter\n";

        var text = FigureTable.Insert(Readme, "new\n");

        text.ShouldBe(Readme.Replace("old", "new", StringComparison.Ordinal));
        FigureTable.Insert(text, "new\n").ShouldBe(text);
        Should.Throw<InvalidOperationException>(() => FigureTable.Insert("no markers", "new\n"));
    }

    /// <summary>Two cases of many senders, three repetitions; off has 100 retransmits and 1,000 ms.</summary>
    private static EffectResult IncastWith(double[] retransmits, double[] completion)
    {
        return new EffectResult(
            "incast",
            "6.12.117+deb13-cloud-amd64",
            "QEMU",
            default,
            60,
            [
                .. Case("16 senders, 2 MiB", retransmits[0], completion[0]),
                .. Case("32 senders, 2 MiB", retransmits[1], completion[1]),
                .. Case("32 senders, 4 MiB", 0, 600),
                .. Case("1 sender, 2 MiB", 0, 8000),
            ]
        );

        static Series[] Case(string @case, double retransmits, double completion) =>
            [
                Constant(@case, "off", "retransmits", 100),
                Constant(@case, "off", "P99 completion", 1000),
                Constant(@case, "off", "median completion", 100),
                Constant(@case, "ours", "retransmits", retransmits),
                Constant(@case, "ours", "P99 completion", completion),
                Constant(@case, "ours", "median completion", 110),
            ];

        static Series Constant(string @case, string arm, string metric, double value) =>
            new(@case, arm, metric, "", [value, value, value]);
    }
}
