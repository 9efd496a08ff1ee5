namespace NetEdit.Features;

/// <summary>A sysctl of the agent's network namespace, and the value that a policy wants it to have.</summary>
/// <param name="Name">
/// The name as sysctl(8) writes it, such as <c>net.ipv4.tcp_rmem</c>. It begins with <c>net.</c>, and each network
/// namespace has this sysctl for itself.
/// </param>
/// <param name="Value">
/// The value as the kernel takes it, with one blank between numbers, such as <c>4096 131072 6291456</c>.
/// </param>
public readonly record struct SysctlSetting(string Name, string Value)
{
    private const string Space = "net.";

    /// <summary>
    /// Maximum number of characters in a name, and in a value. The sysctl journal
    /// (docs/decisions/0008-sysctl-journal.md) keeps both in a <c>struct</c> with fields of fixed size.
    /// </summary>
    public const int MostCharacters = 63;

    /// <summary>
    /// Whether NetEdit can set this sysctl. The name must begin with <c>net.</c> and lead to no other place. The value
    /// must be one line of printable ASCII, as <see cref="Normalise"/> returns it. Neither may have more than
    /// <see cref="MostCharacters"/> characters.
    /// </summary>
    public bool IsUsable =>
        Name.StartsWith(Space, StringComparison.Ordinal)
        && Name.Length <= MostCharacters
        && !Name.Split('.').Contains("", StringComparer.Ordinal)
        && Name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-')
        && Value.Length is > 0 and <= MostCharacters
        && Value.All(c => c is >= ' ' and <= '~')
        && string.Equals(Normalise(Value), Value, StringComparison.Ordinal);

    /// <summary>
    /// Returns a value as the kernel shows it, but with one blank in place of each tab and of several blanks, and with
    /// no blanks around it.
    /// </summary>
    public static string Normalise(string value) =>
        string.Join(' ', value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
