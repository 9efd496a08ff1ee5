namespace NetEdit.TestKit;

/// <summary>Starts programs in a mount namespace of their own, in which something of the host is hidden. Nothing of it is seen outside.</summary>
public static class MountNamespace
{
    /// <summary>A wrapper that runs shell commands, such as mounts, before the program. The runtime directory is empty there.</summary>
    public static string[] After(string commands) => ["unshare", "--mount", .. Shell(commands)];

    /// <summary>
    /// The same for a program that is not to know of the host's mounts: the namespace belongs to a first process of its own, which execs the
    /// program. The process that is started is its parent, in the same mount namespace; it takes the program along when it is killed.
    /// </summary>
    public static string[] OfAnotherHostAfter(string commands) =>
        ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", .. Shell(commands)];

    /// <summary>Runs a shell command in the mount namespace of a process that one of these wrappers started.</summary>
    public static void Run(int pid, string command)
    {
        // The /proc there is that of its first process, whom umount(8) asks for its own mounts.
        var outcome = Netedit.RunProgram(
            "nsenter",
            [$"--mount=/proc/{pid}/ns/mnt", $"--pid=/proc/{pid}/ns/pid_for_children", "sh", "-ec", command]
        );
        if (outcome.ExitCode != 0)
        {
            throw new InvalidOperationException(outcome.ToString());
        }
    }

    private static string[] Shell(string commands) =>
        [
            "sh",
            "-ec",
            $"mkdir -p /run/netedit; mount -t tmpfs -o mode=0700 none /run/netedit; {commands}; exec \"$@\"",
            "sh",
        ];
}
