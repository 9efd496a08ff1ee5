namespace NetEdit.Model;

/// <summary>
/// Patterns for names in policies. A pattern is a whole name, or the beginning of names followed by <c>*</c>.
/// </summary>
public static class NamePattern
{
    /// <summary>Returns whether a pattern matches a name.</summary>
    public static bool Matches(string pattern, string name) =>
        pattern.EndsWith('*')
            ? name.StartsWith(pattern.AsSpan(..^1), StringComparison.Ordinal)
            : string.Equals(pattern, name, StringComparison.Ordinal);

    /// <summary>
    /// Returns whether <paramref name="pattern"/> matches every name that <paramref name="other"/> matches.
    /// </summary>
    public static bool Covers(string pattern, string other) =>
        string.Equals(pattern, other, StringComparison.Ordinal)
        || (
            pattern.EndsWith('*')
            && other.AsSpan().TrimEnd('*').StartsWith(pattern.AsSpan(..^1), StringComparison.Ordinal)
        );
}
