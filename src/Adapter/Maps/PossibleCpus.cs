using System.Globalization;
using NetEdit.Adapter.Interop;

namespace NetEdit.Adapter.Maps;

/// <summary>The CPUs this kernel may ever have: a per-CPU value has one part for each.</summary>
internal static class PossibleCpus
{
    private static readonly Lazy<int> Counted = new(() =>
        Parse(HostFiles.ReadText("/sys/devices/system/cpu/possible"))
    );

    internal static int Count => Counted.Value;

    /// <summary>Reads <c>0-3</c> or <c>0,2-5</c>: one more than the highest.</summary>
    internal static int Parse(string text) =>
        text.Trim().Split(',').Max(range => int.Parse(range.Split('-')[^1], CultureInfo.InvariantCulture)) + 1;
}
