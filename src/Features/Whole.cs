using NetEdit.Host;

namespace NetEdit.Features;

/// <summary>Values that the kernel takes in a coarser unit than a policy may write, or keeps as another number.</summary>
internal static class Whole
{
    /// <summary>An error for each of the parameters that is no whole number of units.</summary>
    public static IEnumerable<string> Units(ParameterValues values, long microseconds, string unit, params IEnumerable<string> names) =>
        from name in names
        where values.Number(name) % microseconds > 0
        select $"{name} must be whole {unit}";

    /// <summary>A buffer as the kernel keeps it: doubled, and capped by a sysctl; null when the cap may have been another one then.</summary>
    public static Promise? Buffer(string what, long bytes, string limit, uint found, HostFacts host)
    {
        var cap = host.Limits.GetValueOrDefault(limit, long.MaxValue);
        var promise = Promise.Exactly(what, 2 * Math.Min(bytes, cap), found, "bytes");
        return promise.IsKept || bytes <= cap ? promise : null;
    }
}
