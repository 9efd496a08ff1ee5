using System.Collections.Immutable;

namespace NetEdit.Effects.Tests;

public sealed class EstimateTests
{
    private static readonly ImmutableArray<double> Twenty = [.. Enumerable.Range(1, 20).Select(value => (double)value)];

    // Conover, Practical Nonparametric Statistics: 95 % intervals of a median by the sign test.
    [Theory]
    [InlineData(6, 0)]
    [InlineData(10, 1)]
    [InlineData(20, 5)]
    [InlineData(30, 9)]
    [InlineData(40, 13)]
    public void The_interval_of_a_median_is_that_of_the_binomial_distribution(int count, int place) =>
        Estimate.PlaceOfInterval(count).ShouldBe(place);

    [Fact]
    public void Five_values_are_too_few_for_it_and_give_their_range() =>
        Estimate.Median([5, 1, 4, 2, 3]).ShouldBe(new Estimate(3, 1, 5));

    [Fact]
    public void A_median_of_twenty_values_lies_between_the_sixth_and_the_fifteenth()
    {
        Estimate.Median([.. Twenty.Reverse()]).ShouldBe(new Estimate(10.5, 6, 15));
        Estimate.Median([7]).ShouldBe(new Estimate(7, 7, 7));
    }

    [Fact]
    public void A_ratio_of_arms_that_do_not_vary_is_exact() =>
        Estimate.Ratio([3, 3, 3, 3], [4, 4, 4, 4]).ShouldBe(new Estimate(0.75, 0.75, 0.75));

    [Fact]
    public void A_ratios_interval_holds_the_ratio_and_narrows_with_more_repetitions()
    {
        var few = Estimate.Ratio(Twenty, [.. Twenty.Select(_ => 10.0)]);
        ImmutableArray<double> many = [.. Enumerable.Repeat(Twenty, 10).SelectMany(values => values)];
        var more = Estimate.Ratio(many, [.. many.Select(_ => 10.0)]);

        few.Value.ShouldBe(1.05);
        few.Low.ShouldBeInRange(0.5, 0.8);
        few.High.ShouldBeInRange(1.3, 1.6);
        (more.High - more.Low).ShouldBeLessThan((few.High - few.Low) / 2);
    }

    [Fact]
    public void Repetitions_stay_together_so_that_what_disturbs_both_arms_does_not_show() =>
        Estimate.Ratio([.. Twenty.Select(value => value * 2)], Twenty).ShouldBe(new Estimate(2, 2, 2));

    [Fact]
    public void Nothing_by_nothing_is_one_and_something_by_nothing_without_bound()
    {
        Estimate.Ratio([0, 0, 0], [0, 0, 0]).Value.ShouldBe(1);
        Estimate.Ratio([1, 1, 1], [0, 0, 0]).Value.ShouldBe(double.PositiveInfinity);
    }

    [Fact]
    public void An_interval_that_cannot_be_seen_is_not_shown()
    {
        new Estimate(1.04, 0.96, 1.2).Show(Rounded).ShouldBe("1.0 (1.0 to 1.2)");
        new Estimate(1.01, 0.99, 1.04).Show(Rounded).ShouldBe("1.0");

        static string Rounded(double value) => value.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Less_turns_the_interval_round() =>
        new Estimate(0.25, 0.125, 0.5).Less().ShouldBe(new Estimate(0.75, 0.5, 0.875));
}
