namespace NetEdit.PolicyEngine;

/// <summary>The name of an interface, or the beginning of names and a <c>*</c>.</summary>
internal static class InterfacePattern
{
    /// <summary>Whether an interface has the name.</summary>
    public static bool Matches(string pattern, string name) =>
        pattern.EndsWith('*') ? name.StartsWith(pattern.AsSpan(..^1), StringComparison.Ordinal) : string.Equals(pattern, name, StringComparison.Ordinal);

    /// <summary>Whether every interface that has one name or pattern has the other as well.</summary>
    public static bool Covers(string pattern, string other) =>
        string.Equals(pattern, other, StringComparison.Ordinal) || (pattern.EndsWith('*') && other.AsSpan().TrimEnd('*').StartsWith(pattern.AsSpan(..^1), StringComparison.Ordinal));
}
