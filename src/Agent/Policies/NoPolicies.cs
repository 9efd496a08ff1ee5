using NetEdit.Model;

namespace NetEdit.Agent.Policies;

/// <summary>Policies that give nothing to any host, which is seldom what somebody wants: a directory that was not mounted, or files with other names. Pure.</summary>
internal static class NoPolicies
{
    /// <summary>Whether a set gives nothing to any host: it has no policy, or none of the features that its policies name is installed.</summary>
    public static bool GivesNothing(PolicySet set) =>
        set.Policies.All(policy => policy.Tuning.Values.All(values => values is null));

    /// <summary>Says what is there in place of policies that give something: <c>no policy files in DIR (1 ignored: p.txt: …)</c>.</summary>
    /// <param name="origin">Where policies were looked for, as the user named it.</param>
    /// <param name="set">The policies, which give nothing.</param>
    /// <param name="unread">The entries that give no policy.</param>
    public static string Text(string origin, PolicySet set, IReadOnlyList<UnreadEntry> unread) =>
        set.Policies.IsEmpty
            ? $"no policy files in {origin}{Ignored(origin, unread)}"
            : $"none of the features that {Plural.Count(set.Policies.Length, "policy")} in {origin} "
                + $"{(set.Policies.Length == 1 ? "names" : "name")} is installed";

    /// <summary><c> (2 ignored: README.md: not read; …)</c>: how many entries give no policy, and why the first does not; nothing when there is none.</summary>
    /// <param name="origin">The directory that they are in.</param>
    /// <param name="unread">The entries.</param>
    public static string Ignored(string origin, IReadOnlyList<UnreadEntry> unread)
    {
        if (unread is not [var first, ..])
        {
            return "";
        }

        var name = first.Path.StartsWith(origin.TrimEnd('/') + "/", StringComparison.Ordinal)
            ? Path.GetRelativePath(origin, first.Path)
            : first.Path;
        return $" ({unread.Count} ignored{(unread.Count == 1 ? "" : ", the first")}: {name}: {first.Reason})";
    }
}
