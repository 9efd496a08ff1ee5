namespace NetEdit.Faults;

/// <summary>Finds descriptors that nothing refers to any more and nobody closed.</summary>
internal static class Handles
{
    /// <summary>Has the garbage collector close them; what they were, or nothing.</summary>
    public static string Forgotten()
    {
        var before = Open();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var after = Open();
        return string.Join(", ", before.Where(handle => !after.ContainsKey(handle.Key)).CountBy(handle => handle.Value).Select(kind => $"{kind.Value} {kind.Key}"));
    }

    private static Dictionary<string, string> Open()
    {
        var open = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in Directory.GetFiles("/proc/self/fd"))
        {
            if (File.ResolveLinkTarget(path, returnFinalTarget: false)?.Name is { } target && target.Contains("bpf", StringComparison.Ordinal))
            {
                open[path] = target;
            }
        }

        return open;
    }
}
