namespace NetEdit.EndToEnd.Tests;

/// <summary>Starts programs in a mount namespace of their own, in which something of the host is hidden. Nothing of it is seen outside.</summary>
internal static class MountNamespace
{
    /// <summary>A wrapper that runs shell commands, such as mounts, before the program. The runtime directory is empty there.</summary>
    public static string[] After(string commands) =>
        ["unshare", "--mount", "sh", "-ec", $"mkdir -p /run/netedit; mount -t tmpfs -o mode=0700 none /run/netedit; {commands}; exec \"$@\"", "sh"];
}
