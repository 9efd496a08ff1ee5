namespace NetEdit.Faults;

/// <summary>Finds descriptors of BPF objects that nobody closed.</summary>
internal static class Handles
{
    /// <summary>Those that are open, by kind.</summary>
    public static Dictionary<string, int> Open()
    {
        var open = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var path in Directory.GetFiles("/proc/self/fd"))
        {
            if (
                File.ResolveLinkTarget(path, returnFinalTarget: false)?.Name is { } kind
                && kind.Contains("bpf", StringComparison.Ordinal)
            )
            {
                open[kind] = open.GetValueOrDefault(kind) + 1;
            }
        }

        return open;
    }

    /// <summary>How many more are open than before; nothing when all were closed. The garbage collector closes those.</summary>
    public static string Forgotten(Dictionary<string, int> before)
    {
        var more = Open()
            .Where(kind => kind.Value > before.GetValueOrDefault(kind.Key))
            .Select(kind => $"{kind.Value - before.GetValueOrDefault(kind.Key)} {kind.Key}")
            .ToList();
        if (more.Count > 0)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return string.Join(", ", more);
    }
}
