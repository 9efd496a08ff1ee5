namespace NetEdit.Features;

/// <summary>A sysctl of the agent's network namespace, and what a policy wants it to be.</summary>
/// <param name="Name">As sysctl(8) writes it: <c>net.ipv4.tcp_rmem</c>. Begins with <c>net.</c>, and is one that each network namespace has for itself.</param>
/// <param name="Value">As the kernel takes it, several numbers with one blank between them: <c>4096 131072 6291456</c>.</param>
public readonly record struct SysctlSetting(string Name, string Value)
{
    private const string Space = "net.";

    /// <summary>Characters of a name, and of a value (<c>struct</c> of the journal, docs/state.md).</summary>
    public const int MostCharacters = 63;

    /// <summary>Whether it can be set: a name below <c>net.</c> that leads to no other place, and a value on one line, neither too long.</summary>
    public bool IsUsable =>
        Name.StartsWith(Space, StringComparison.Ordinal)
        && Name.Length <= MostCharacters
        && !Name.Split('.').Contains("", StringComparer.Ordinal)
        && Name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-')
        && Value.Length is > 0 and <= MostCharacters
        && Value.All(c => c is >= ' ' and <= '~')
        && string.Equals(Normalise(Value), Value, StringComparison.Ordinal);

    /// <summary>A value as the kernel shows it, with one blank where it has a tab or several blanks, and none around it.</summary>
    public static string Normalise(string value) =>
        string.Join(' ', value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
