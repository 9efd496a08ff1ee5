namespace NetEdit.TestKit;

public static class KernelRequirement
{
    /// <summary>Why a kernel test is skipped here, or null when it runs.</summary>
    public static string? MissingReason { get; } =
        Decide(
            Environment.IsPrivilegedProcess,
            string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase),
            File.ReadLines("/proc/self/mountinfo").Any(l => l.Contains(" - cgroup2 ", StringComparison.Ordinal))
        );

    public static string? Decide(bool root, bool ci, bool cgroup2) =>
        (root, ci, cgroup2) switch
        {
            (false, _, _) => "needs root",
            (true, true, _) => null,
            (true, false, false) => "needs cgroup v2",
            _ => null,
        };
}
