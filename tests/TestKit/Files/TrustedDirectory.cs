namespace NetEdit.TestKit;

/// <summary>
/// Makes directories for tests of what asks who can write to every directory above: below <c>/tmp</c> nothing is trusted.
/// </summary>
public static class TrustedDirectory
{
    /// <summary>Makes one, whose path is short enough for sockets in it.</summary>
    public static string Create(string prefix) =>
        Create(Environment.IsPrivilegedProcess ? "/run" : AppContext.BaseDirectory, prefix);

    /// <summary>Makes one below another directory.</summary>
    public static string Create(string parent, string prefix)
    {
        var path = Path.Combine(
            parent,
            prefix + System.Security.Cryptography.RandomNumberGenerator.GetHexString(8, lowercase: true)
        );
        return Directory
            .CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)
            .FullName;
    }
}
