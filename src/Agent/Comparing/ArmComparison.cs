using System.Collections.Immutable;
using NetEdit.Adapter;
using NetEdit.Agent.Metrics;

namespace NetEdit.Agent.Comparing;

/// <summary>What a difference between two arms is, by its 95 % confidence interval.</summary>
internal enum ArmVerdict
{
    /// <summary>Fewer than <see cref="ArmComparison.Least"/> connections in an arm.</summary>
    TooFew,

    /// <summary>The interval holds no difference.</summary>
    NoDifference,

    /// <summary>Better with the policy.</summary>
    Better,

    /// <summary>Worse with the policy.</summary>
    Worse,
}

/// <summary>One measure of both arms.</summary>
/// <param name="Measure">What is measured.</param>
/// <param name="With">With the policy: the geometric mean in seconds or bytes per second; of retransmissions the mean share, 0 to 1. Null without connections.</param>
/// <param name="Without">Without the policy.</param>
/// <param name="Difference">With ÷ without; of retransmissions with − without. Null when an arm has too few connections.</param>
/// <param name="Low">Lower end of its 95 % interval.</param>
/// <param name="High">Upper end.</param>
/// <param name="Verdict">What that means.</param>
internal sealed record MeasureComparison(
    Measure Measure,
    double? With,
    double? Without,
    double? Difference,
    double? Low,
    double? High,
    ArmVerdict Verdict
);

/// <summary>
/// Compares what connections were like with a policy and without it. Times and rates spread over orders of magnitude, so their
/// logarithms are compared; shares of retransmissions, of which most are nought, as they are. Both by the normal approximation for two
/// means with variances of their own (Welch), which holds for the many connections it is used on.
/// </summary>
internal static class ArmComparison
{
    /// <summary>Connections an arm must have for the approximation.</summary>
    public const int Least = 30;

    private const double Quantile = 1.96; // of the normal distribution, 97.5 %

    /// <summary>Compares two arms by every measure.</summary>
    public static ImmutableArray<MeasureComparison> Compare(MeasureSums with, MeasureSums without) =>
        [
            .. Enum.GetValues<Measure>()
                .Select(measure => Compare(measure, with.Values[(int)measure], without.Values[(int)measure])),
        ];

    private static MeasureComparison Compare(Measure measure, MeasuredValues with, MeasuredValues without)
    {
        var isShare = measure == Measure.Retransmitted;
        var (one, other) = (ArmSample.Of(with, isShare), ArmSample.Of(without, isShare));
        double? Value(ArmSample sample) =>
            sample.Count == 0
                ? null
                : MeasureBuckets.InBaseUnit(measure, isShare ? sample.Mean : Math.Exp(sample.Mean));
        if (one.Count < Least || other.Count < Least)
        {
            return new MeasureComparison(measure, Value(one), Value(other), null, null, null, ArmVerdict.TooFew);
        }

        var difference = one.Mean - other.Mean;
        var error = Quantile * Math.Sqrt((one.Variance / one.Count) + (other.Variance / other.Count));
        var (low, high) = (difference - error, difference + error);
        var verdict =
            low <= 0 && high >= 0 ? ArmVerdict.NoDifference
            : high < 0 == (measure != Measure.DeliveryRate) ? ArmVerdict.Better
            : ArmVerdict.Worse;
        double InUnits(double value) => isShare ? MeasureBuckets.InBaseUnit(measure, value) : Math.Exp(value);
        return new MeasureComparison(
            measure,
            Value(one),
            Value(other),
            InUnits(difference),
            InUnits(low),
            InUnits(high),
            verdict
        );
    }

    private readonly record struct ArmSample(double Count, double Mean, double Variance)
    {
        /// <summary>Mean and variance of the values, or of their logarithms; within a bucket they are taken to be spread evenly.</summary>
        public static ArmSample Of(MeasuredValues values, bool linear)
        {
            var (count, sum, squares) = (0.0, 0.0, 0.0);
            for (var bucket = 0; bucket < values.Buckets.Length; bucket++)
            {
                if (values.Buckets[bucket] == 0)
                {
                    continue;
                }

                var (from, below) = (
                    MeasureBuckets.From(bucket),
                    Math.Min(MeasureBuckets.Below(bucket), 2 * MeasureBuckets.From(bucket))
                );
                var (low, high) = linear
                    ? (from, bucket == 0 ? 0 : below)
                    : (Math.Log(Math.Max(from, 0.5)), Math.Log(Math.Max(below, 1)));
                var (middle, width) = ((low + high) / 2, high - low);
                count += values.Buckets[bucket];
                sum += values.Buckets[bucket] * middle;
                squares += values.Buckets[bucket] * ((middle * middle) + (width * width / 12));
            }

            return count == 0
                ? default
                : new ArmSample(count, sum / count, Math.Max(0, (squares / count) - (sum / count * sum / count)));
        }
    }
}
