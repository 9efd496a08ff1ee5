using System.Runtime.InteropServices;
using System.Text;

namespace NetEdit.Adapter.Interop;

/// <summary>
/// Opens what is below a directory that is open, by openat2 (5.6): never what a link, <c>..</c> or another mount on the way leads to, whoever made them and when. Nothing
/// is created or truncated.
/// </summary>
internal static unsafe class OpenBelow
{
    internal const int ReadOnly = 0;
    internal const int WriteOnly = 1;
    internal const int PathOnly = 0x20_0000; /* O_PATH */

    private const nint OpenAt2 = 437;
    private const int CloseOnExec = 0x8_0000;
    private const ulong NoOtherMounts = 0x01; /* RESOLVE_NO_XDEV */
    private const ulong NoLinks = 0x04; /* RESOLVE_NO_SYMLINKS */
    private const ulong Beneath = 0x08; /* RESOLVE_BENEATH */

    /// <summary>Says with <see cref="Open"/> that only a directory will do (asm/fcntl.h).</summary>
    internal static int Directory { get; } =
        RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x1_0000;

    /// <summary>Says that a link is not followed (asm/fcntl.h).</summary>
    internal static int NoFollow { get; } =
        RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x2_0000;

    /// <summary>Opens an entry.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="path">Path of the entry, relative to it; <c>.</c> is the directory itself.</param>
    /// <param name="flags">How.</param>
    /// <param name="errno">Why it could not be opened; 0 when it was.</param>
    /// <returns>The entry; null when it could not be opened.</returns>
    internal static KernelHandle? Open(KernelHandle directory, string path, int flags, out int errno)
    {
        var how = stackalloc ulong[3] { (ulong)(uint)(flags | CloseOnExec), 0, Beneath | NoLinks | NoOtherMounts };
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
        {
            var fd = LibC.syscall(OpenAt2, directory.Fd, (nint)name, (nint)how, 3 * sizeof(ulong), 0);
            errno = fd < 0 ? Marshal.GetLastPInvokeError() : 0;
            return fd < 0 ? null : new KernelHandle((int)fd);
        }
    }
}
