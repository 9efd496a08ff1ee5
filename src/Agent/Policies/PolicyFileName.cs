namespace NetEdit.Agent.Policies;

/// <summary>Which names in a policy directory are those of policies.</summary>
internal static class PolicyFileName
{
    private static readonly string[] Extensions = [".yaml", ".yml"];

    // Of editors, copy tools and configuration pushes.
    private static readonly string[] TemporaryEndings = ["~", ".tmp", ".swp", ".part"];

    /// <summary>
    /// Whether a name is one that editors, copy tools and configuration pushes use for what they have not finished.
    /// </summary>
    public static bool IsTemporary(string name) => WhyTemporary(name) is not null;

    /// <summary>Why a file or directory with such a name is not read; null when its name does not say so.</summary>
    public static string? WhyTemporary(string name)
    {
        if (name.StartsWith('.'))
        {
            return "not read; its name begins with a dot";
        }

        var ending = TemporaryEndings.FirstOrDefault(ending => name.EndsWith(ending, StringComparison.Ordinal));
        return ending is null ? null : $"not read; its name ends in {ending}, like an unfinished file or a backup";
    }

    /// <summary>Why a file with such a name is not read; null when it is.</summary>
    public static string? WhyNotRead(string name) =>
        WhyTemporary(name)
        ?? (
            Extensions.Any(extension => name.EndsWith(extension, StringComparison.Ordinal))
                ? null
                : "not read; its name ends neither in .yaml nor in .yml"
        );

    /// <summary>
    /// Whether a directory is one of those that Kubernetes keeps behind the links beside them: <c>..data</c>,
    /// <c>..2026_01_31</c>.
    /// </summary>
    public static bool IsBehindLinks(string name) => name.StartsWith("..", StringComparison.Ordinal);
}
