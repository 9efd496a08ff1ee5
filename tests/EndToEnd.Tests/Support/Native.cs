using System.ComponentModel;
using System.Runtime.InteropServices;

namespace NetEdit.EndToEnd.Tests;

/// <summary>What .NET has no counterpart of.</summary>
internal static partial class Native
{
    public const int SigHup = 1;
    public const int SigTerm = 15;

    /// <summary>Sends a signal.</summary>
    public static void Signal(int process, int signal) => Check(Kill(process, signal));

    /// <summary>rename(2): replaces the target in one step, and links are not followed.</summary>
    public static void Rename(string from, string to) => Check(RenameEntry(from, to));

    private static void Check(int result)
    {
        if (result != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameEntry(string from, string to);
}
