using System.Runtime.InteropServices;

namespace NetEdit.Agent.Native;

/// <summary>Gives up the rights of root for good.</summary>
internal static partial class UnprivilegedUser
{
    /* nobody: owns no file. Another process of the same user cannot trace this one, because a process that changes its user is not dumpable. */
    private const uint Nobody = 65534;

    /// <summary>
    /// Makes this process one of the user nobody, with no group but the one given. glibc does so for every thread, and the kernel takes all
    /// capabilities from a process whose user is no longer root.
    /// </summary>
    /// <param name="group">The group.</param>
    /// <exception cref="IOException">The kernel refused it; the process must not go on.</exception>
    public static unsafe void Become(uint group)
    {
        Try(SetGroups(0, null), "setgroups");
        Try(SetGroupIds(group, group, group), "setresgid");
        Try(SetUserIds(Nobody, Nobody, Nobody), "setresuid");
        if (SetUserIds(0, 0, 0) == 0)
        {
            throw new IOException("this process could become root again");
        }
    }

    private static void Try(int result, string call)
    {
        if (result != 0)
        {
            throw new IOException($"{call}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }
    }

    [LibraryImport("libc", EntryPoint = "setgroups", SetLastError = true)]
    private static unsafe partial int SetGroups(nuint count, uint* groups);

    [LibraryImport("libc", EntryPoint = "setresgid", SetLastError = true)]
    private static partial int SetGroupIds(uint real, uint effective, uint saved);

    [LibraryImport("libc", EntryPoint = "setresuid", SetLastError = true)]
    private static partial int SetUserIds(uint real, uint effective, uint saved);
}
