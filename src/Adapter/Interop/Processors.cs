using System.Globalization;

namespace NetEdit.Adapter.Interop;

/// <summary>Processors that are online.</summary>
internal static class Processors
{
    /// <summary>Their numbers.</summary>
    internal static IEnumerable<int> Online() => Parse(HostFiles.ReadText("/sys/devices/system/cpu/online"));

    /// <summary>The numbers of a list of ranges: <c>0-3,8</c>.</summary>
    internal static IEnumerable<int> Parse(string ranges) =>
        ranges
            .Trim()
            .Split(',', StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(range =>
            {
                var ends = range.Split('-').Select(end => int.Parse(end, CultureInfo.InvariantCulture)).ToList();
                return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1);
            });
}
