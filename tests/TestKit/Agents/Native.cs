using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace NetEdit.TestKit;

/// <summary>What .NET has no counterpart of.</summary>
public static partial class Native
{
    public const int SigHup = 1;
    public const int SigTerm = 15;
    public const int SigCont = 18;
    public const int SigStop = 19;

    /// <summary>Sends a signal.</summary>
    public static void Signal(int process, int signal) => Check(Kill(process, signal));

    /// <summary>rename(2): replaces the target in one step, and links are not followed.</summary>
    public static void Rename(string from, string to) => Check(RenameEntry(from, to));

    /// <summary>What a link of /proc points to, as it is written; null when it is gone.</summary>
    public static string? ReadLink(string path)
    {
        var target = new byte[256];
        var length = (int)ReadLink(path, target, (nuint)target.Length);
        return length < 0 ? null : Encoding.UTF8.GetString(target, 0, length);
    }

    private static void Check(int result)
    {
        if (result != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "readlink", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint ReadLink(string path, byte[] target, nuint size);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameEntry(string from, string to);
}
