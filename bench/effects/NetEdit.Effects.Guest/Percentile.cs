namespace NetEdit.Effects.Guest;

/// <summary>Shares of many values.</summary>
internal static class Percentile
{
    /// <summary>The smallest value that at least this share does not exceed.</summary>
    public static double Of(IReadOnlyCollection<double> values, double share) =>
        values.Order().ElementAt((int)Math.Ceiling(values.Count * share) - 1);
}
