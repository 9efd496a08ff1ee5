namespace NetEdit.Agent.Tests.Packaging;

/// <summary>A line of the table of contents of a Debian package.</summary>
/// <param name="Mode">Its mode, as <c>-rw-r--r--</c>.</param>
/// <param name="Owner">Its owner and group, as <c>root/root</c>.</param>
/// <param name="Time">When it was changed.</param>
/// <param name="Path">Its path, which ends in a slash when it is a directory.</param>
internal sealed record PackageEntry(string Mode, string Owner, string Time, string Path)
{
    public bool IsDirectory => Mode[0] == 'd';

    public bool IsLink => Mode[0] == 'l';

    /// <summary>What is in a package.</summary>
    public static IEnumerable<PackageEntry> Of(string package) =>
        Tool.Run("dpkg-deb", "--contents", package)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(words => new PackageEntry(words[0], words[1], $"{words[3]} {words[4]}", words[5][1..]));
}
