namespace NetEdit.Agent.Metrics;

/// <summary>Counts values of one range.</summary>
/// <param name="From">Where the range begins.</param>
/// <param name="To">Where it ends; may be infinite.</param>
/// <param name="Count">Values in it.</param>
internal readonly record struct Bucket(double From, double To, ulong Count)
{
    /// <summary>
    /// Chooses a value for each bucket that is not empty, such that the values, each as often as its bucket counts,
    /// have a given sum. Only a sum that no values of these buckets can have is missed: it may have been read a moment
    /// before the counts.
    /// </summary>
    /// <param name="buckets">The buckets, ascending; only the last may be infinite.</param>
    /// <param name="sum">The sum of all values.</param>
    public static IEnumerable<(double Value, ulong Count)> Represent(IReadOnlyList<Bucket> buckets, double sum)
    {
        var least = buckets.Sum(bucket => bucket.Count * bucket.From);
        var spread = buckets.Sum(bucket => bucket.Count * bucket.Width);
        var part = spread > 0 ? Math.Clamp((sum - least) / spread, 0, 1) : 0;
        var rest = Math.Max(sum - least - spread, 0);
        foreach (var bucket in buckets.Where(bucket => bucket.Count > 0))
        {
            var value = bucket.From + (part * bucket.Width);
            var more = double.IsInfinity(bucket.To) ? rest / bucket.Count : 0;
            yield return (bucket.Inside(value + more), bucket.Count);
        }
    }

    private double Width => double.IsInfinity(To) ? From : To - From;

    /// <summary>
    /// Keeps a value in the bucket that ends at or below <see cref="To"/> when rounding would move it out.
    /// </summary>
    private double Inside(double value) =>
        From == 0 ? Math.Min(value, To) : Math.Clamp(value, Math.BitIncrement(From), To);
}
