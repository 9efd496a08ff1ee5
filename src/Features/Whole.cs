namespace NetEdit.Features;

/// <summary>Values that the kernel takes in a coarser unit than a policy may write.</summary>
internal static class Whole
{
    /// <summary>An error for each of the parameters that is no whole number of units.</summary>
    public static IEnumerable<string> Units(
        ParameterValues values,
        long microseconds,
        string unit,
        params IEnumerable<string> names
    ) => from name in names where values.Number(name) % microseconds > 0 select $"{name} must be whole {unit}";
}
