namespace NetEdit.Model;

/// <summary>A name as a policy writes it: whole, or how it begins and a <c>*</c>.</summary>
public static class NamePattern
{
    /// <summary>Whether a name is meant.</summary>
    public static bool Matches(string pattern, string name) =>
        pattern.EndsWith('*')
            ? name.StartsWith(pattern.AsSpan(..^1), StringComparison.Ordinal)
            : string.Equals(pattern, name, StringComparison.Ordinal);

    /// <summary>Whether every name that one pattern means is meant by the other, too.</summary>
    public static bool Covers(string pattern, string other) =>
        string.Equals(pattern, other, StringComparison.Ordinal)
        || (
            pattern.EndsWith('*')
            && other.AsSpan().TrimEnd('*').StartsWith(pattern.AsSpan(..^1), StringComparison.Ordinal)
        );
}
