using NetEdit.Adapter;
using NetEdit.Agent.Metrics;

namespace NetEdit.Agent.Tests.Metrics;

public sealed class BucketTests
{
    [Theory]
    [InlineData(4.0)]
    [InlineData(7.25)]
    [InlineData(16.0)]
    [InlineData(1000.0)]
    public void Values_are_in_their_buckets_and_have_the_sum(double sum)
    {
        Bucket[] buckets = [new(0, 1, 2), new(1, 2, 0), new(2, 4, 1), new(4, double.PositiveInfinity, 0)];
        if (sum > 6)
        {
            buckets[^1] = buckets[^1] with { Count = 1 };
        }

        var values = Bucket.Represent(buckets, sum).ToArray();

        values.Sum(value => value.Value * value.Count).ShouldBe(sum, sum * 1e-12);
        Bucket[] filled = [.. buckets.Where(bucket => bucket.Count > 0)];
        values.Select(value => value.Count).ShouldBe(filled.Select(bucket => bucket.Count));
        foreach (var (value, bucket) in values.Zip(filled))
        {
            value.Value.ShouldBeInRange(bucket.From == 0 ? 0 : Math.BitIncrement(bucket.From), bucket.To);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e9)]
    public void A_sum_that_the_counts_cannot_have_moves_no_value_out_of_its_bucket(double sum)
    {
        var values = Bucket.Represent([new(2, 4, 3)], sum).ToArray();

        values.Single().Count.ShouldBe(3ul);
        values.Single().Value.ShouldBeInRange(Math.BitIncrement(2.0), 4);
    }

    [Fact]
    public void Values_of_zero_have_a_sum_of_zero() => Bucket.Represent([new(0, 1, 5)], 0).ShouldBe([(0.0, 5ul)]);

    [Theory]
    [InlineData(Measure.RoundTrip)]
    [InlineData(Measure.DeliveryRate)]
    [InlineData(Measure.Retransmitted)]
    [InlineData(Measure.Duration)]
    public void Every_bound_of_a_histogram_is_one_of_the_kernels(Measure measure)
    {
        var bounds = MeasureBounds.Of(measure);
        var sample = MeasureBounds.Sample(measure, new MeasuredValues(0, [.. new ulong[MeasureBuckets.Count]]));

        bounds.ShouldBe(bounds.Order());
        bounds.ShouldBeSubsetOf(sample.Buckets.Select(bucket => bucket.To));
        bounds.Length.ShouldBeInRange(14, 26);
    }
}
