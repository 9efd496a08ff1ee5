using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

[assembly: DisableRuntimeMarshalling]

namespace NetEdit.Agent.Native;

/// <summary>The few calls of libc that .NET does not offer.</summary>
internal static partial class SystemCalls
{
    public const int EAGAIN = 11;

    public const int ENOENT = 2;
    public const int ESRCH = 3;
    public const int EACCES = 13;
    public const int EEXIST = 17;
    public const int ENOTDIR = 20;
    public const int ENOSPC = 28;
    public const int ERANGE = 34;
    public const int ELOOP = 40;

    public const int F_SETSIG = 10;
    public const int F_SETLEASE = 1024;
    public const int F_RDLCK = 0;
    public const int F_UNLCK = 2;
    public const int SIGURG = 23;

    public const int IN_CLOEXEC = 0x80000;

    private const int TypeMask = 0xf000;
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int OwnerOnly = 0b110_000_000;

    private static int NoFollow => RuntimeInformation.OSArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    /// <summary>Names and indices of the interfaces of this process's network namespace: an array that ends with index 0.</summary>
    [LibraryImport("libc", EntryPoint = "if_nameindex", SetLastError = true)]
    public static unsafe partial InterfaceName* InterfaceNames();

    [LibraryImport("libc", EntryPoint = "if_freenameindex")]
    public static unsafe partial void FreeInterfaceNames(InterfaceName* names);

    /// <summary><c>struct if_nameindex</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct InterfaceName
    {
        public uint Index;
        public nint Name;
    }

    /// <summary>A user by name (getpwnam_r(3)): an errno, or 0.</summary>
    /// <param name="name">The name.</param>
    /// <param name="user"><c>struct passwd</c>, at least 48 bytes.</param>
    /// <param name="room">Room for what it points to.</param>
    /// <param name="size">Bytes of it.</param>
    /// <param name="found">0 when there is no such user, or it is not known.</param>
    [LibraryImport("libc", EntryPoint = "getpwnam_r", StringMarshalling = StringMarshalling.Utf8)]
    public static unsafe partial int FindUser(string name, byte* user, byte* room, nuint size, nint* found);

    /// <summary>Soft and hard limit of a resource (getrlimit(2)).</summary>
    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    public static unsafe partial int GetLimits(int resource, ulong* limits);

    /// <summary>Gives what the C library has free back to the kernel, except for <paramref name="pad"/> bytes.</summary>
    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    public static partial int TrimHeap(nuint pad);

    /// <summary>Sets a parameter of the C library's allocator (mallopt(3)); 0 when it does not know it.</summary>
    [LibraryImport("libc", EntryPoint = "mallopt")]
    public static partial int SetHeapOption(int option, int value);

    [LibraryImport("libc", EntryPoint = "inotify_init1", SetLastError = true)]
    public static partial int InotifyInit(int flags);

    [LibraryImport(
        "libc",
        EntryPoint = "inotify_add_watch",
        SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8
    )]
    public static partial int InotifyAddWatch(SafeFileHandle inotify, string path, uint mask);

    [LibraryImport("libc", EntryPoint = "inotify_rm_watch", SetLastError = true)]
    public static partial int InotifyRemoveWatch(SafeFileHandle inotify, int watch);

    /// <summary>A counter that is read like a file, to wake who polls it.</summary>
    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventDescriptor(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(SafeFileHandle file, ReadOnlySpan<byte> buffer, nint count);

    /// <summary><c>struct pollfd</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Polled
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(Span<Polled> polled, ulong count, int milliseconds);

    /// <summary>
    /// Opens a file for reading. Unlike .NET's, it takes no advisory lock, so it neither disturbs who locks the file nor is refused by
    /// them, and it does not wait for the other end of a pipe.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="errno">Why there is no file.</param>
    /// <param name="followLinks">Whether a symbolic link stands for what it leads to; else it is refused (ELOOP).</param>
    /// <returns>The file, or null.</returns>
    public static SafeFileHandle? OpenForReading(string path, out int errno, bool followLinks = true)
    {
        var descriptor = Open(path, CloseOnExec | NonBlocking | (followLinks ? 0 : NoFollow));
        errno = descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>
    /// Opens a file to add to its end, whoever else does; made, for its owner only, where there is none. Unlike .NET's, each write goes to
    /// the end that the file has then. A symbolic link is refused (ELOOP).
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="errno">Why there is no file.</param>
    /// <returns>The file, or null.</returns>
    public static SafeFileHandle? OpenForAppending(string path, out int errno)
    {
        const int readWrite = 0x2;
        const int create = 0x40;
        const int append = 0x400;
        var flags = readWrite | create | append | NonBlocking | CloseOnExec | NoFollow;
        var descriptor = Open(path, flags, OwnerOnly);
        errno = descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>Makes a file for its owner only; whatever there is of that name stays as it is (EEXIST).</summary>
    /// <param name="path">The file.</param>
    /// <param name="errno">Why it was not made.</param>
    /// <returns>The file, for writing; or null.</returns>
    public static SafeFileHandle? CreateFile(string path, out int errno)
    {
        const int write = 0x1;
        const int create = 0x40;
        const int exclusive = 0x80;
        var descriptor = Open(path, write | create | exclusive | CloseOnExec | NoFollow, OwnerOnly);
        errno = descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode = 0);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(SafeFileHandle file, Span<byte> buffer, nint count);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Fcntl(SafeFileHandle file, int command, int argument);

    /// <summary>
    /// Keeps the calling thread, and the processes that it starts, from ever gaining rights by running a program
    /// (<c>PR_SET_NO_NEW_PRIVS</c>).
    /// </summary>
    /// <exception cref="IOException">The kernel refused it.</exception>
    public static void ForbidNewPrivileges()
    {
        const int noNewPrivileges = 38;
        if (ProcessControl(noNewPrivileges, 1, 0, 0, 0) != 0)
        {
            throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
        }
    }

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int ProcessControl(int operation, nuint first, nuint second, nuint third, nuint fourth);

    /// <summary>The group of a file, links followed; null when there is none.</summary>
    public static uint? GroupOf(string path)
    {
        const int currentDirectory = -100;
        const uint group = 0x10;
        Span<byte> result = stackalloc byte[256];
        return Statx(currentDirectory, path, 0, group, result) == 0 ? BitConverter.ToUInt32(result[24..]) : null;
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUserId();

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Synchronize(SafeFileHandle file);

    /// <summary>Owner and mode of a file, links followed; null when there is none.</summary>
    public static (uint Owner, int Mode)? Stat(string path)
    {
        const int currentDirectory = -100;
        return Stat(currentDirectory, path, 0);
    }

    /// <summary>Owner and mode of an open file.</summary>
    public static (uint Owner, int Mode)? Stat(SafeFileHandle file)
    {
        const int emptyPath = 0x1000;
        return Stat((int)file.DangerousGetHandle(), "", emptyPath);
    }

    /// <summary>What there is of that name, a link as such; null when there is nothing.</summary>
    public static FileIdentity? IdentityOf(string path)
    {
        const int currentDirectory = -100;
        const int noFollow = 0x100;
        return IdentityOf(currentDirectory, path, noFollow);
    }

    /// <summary>What is open.</summary>
    public static FileIdentity? IdentityOf(SafeFileHandle file)
    {
        const int emptyPath = 0x1000;
        return IdentityOf((int)file.DangerousGetHandle(), "", emptyPath);
    }

    private static FileIdentity? IdentityOf(int directory, string path, int flags)
    {
        const uint basic = 0x7ff;
        Span<byte> result = stackalloc byte[256];
        return Statx(directory, path, flags, basic, result) == 0
            ? new FileIdentity(
                BitConverter.ToUInt64(result[136..]),
                BitConverter.ToUInt64(result[32..]),
                BitConverter.ToUInt32(result[20..]),
                BitConverter.ToUInt16(result[28..])
            )
            : null;
    }

    /// <summary>Inode and earliest time of what there is of that name, a link as such; null when there is nothing.</summary>
    public static (ulong Inode, DateTimeOffset Earliest)? TimesOf(string path)
    {
        const int currentDirectory = -100;
        const int noFollow = 0x100;
        const uint basic = 0x7ff;
        Span<byte> result = stackalloc byte[256];
        if (Statx(currentDirectory, path, noFollow, basic, result) != 0)
        {
            return null;
        }

        // Access, change and modification; when the file was created is told by few file systems, and not by cgroups.
        var (accessed, changed, modified) = (Time(result[64..]), Time(result[96..]), Time(result[112..]));
        var earliest = accessed < changed ? accessed : changed;
        return (BitConverter.ToUInt64(result[32..]), earliest < modified ? earliest : modified);

        static DateTimeOffset Time(ReadOnlySpan<byte> time) =>
            DateTimeOffset
                .FromUnixTimeSeconds(BitConverter.ToInt64(time))
                .AddTicks(BitConverter.ToUInt32(time[8..]) / TimeSpan.NanosecondsPerTick);
    }

    /// <summary>Changes the mode of something open.</summary>
    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    public static partial int ChangeMode(SafeHandle opened, int mode);

    /// <summary>What a path leads to, links followed; null when it cannot be looked at. Opening what is no regular file may wait for ever.</summary>
    /// <param name="path">The path.</param>
    /// <param name="errno">Why it cannot be looked at.</param>
    public static FileKind? Kind(string path, out int errno)
    {
        var found = Stat(path);
        errno = found is null ? Marshal.GetLastPInvokeError() : 0;
        return found is null ? null
            : IsRegular(found.Value.Mode) ? FileKind.Regular
            : IsDirectory(found.Value.Mode) ? FileKind.Directory
            : FileKind.Other;
    }

    /// <summary>Whether this is the mode of a regular file.</summary>
    public static bool IsRegular(int mode) => (mode & TypeMask) == 0x8000;

    private static bool IsDirectory(int mode) => (mode & TypeMask) == 0x4000;

    private static (uint Owner, int Mode)? Stat(int directory, string path, int flags)
    {
        const uint typeModeOwner = 0x1 | 0x2 | 0x8;
        const int ownerOffset = 20;
        const int modeOffset = 28;
        Span<byte> result = stackalloc byte[256];
        return Statx(directory, path, flags, typeModeOwner, result) == 0
            ? (BitConverter.ToUInt32(result[ownerOffset..]), BitConverter.ToUInt16(result[modeOffset..]))
            : null;
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, Span<byte> result);
}
