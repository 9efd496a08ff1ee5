using System.Globalization;
using System.Runtime.InteropServices;

namespace NetEdit.Adapter.Interop;

/// <summary>Which file something is, and whose.</summary>
/// <param name="Device">Number of its file system, as mountinfo writes it: <c>0:39</c>.</param>
/// <param name="Inode">Number of its inode.</param>
/// <param name="Owner">Number of the user it belongs to.</param>
/// <param name="Mode">Type and permissions, as st_mode.</param>
internal readonly record struct FileStatus(string Device, ulong Inode, uint Owner, int Mode);

/// <summary>The few system calls the adapter needs beside bpf().</summary>
internal static unsafe partial class LibC
{
    internal const int OpenDirectory = 0x10000 | 0x80000; /* O_DIRECTORY | O_CLOEXEC */
    internal const int OpenRead = 0x80000; /* O_RDONLY | O_CLOEXEC */
    internal const int OpenWrite = 0x80001; /* O_WRONLY | O_CLOEXEC */

    private const int AtCurrentDirectory = -100;
    private const int EmptyPath = 0x1000;
    private const int NoFollow = 0x100;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int close(int fd);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint read(int fd, void* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint write(int fd, void* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int memfd_create(string name, uint flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int mount(string source, string target, string type, ulong flags, string? data);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int statx(int directory, string path, int flags, uint mask, byte* buffer);

    internal const int LockExclusive = 2; /* LOCK_EX */
    internal const int LockNonBlocking = 4; /* LOCK_NB */

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int flock(int fd, int operation);

    internal const int ProtectionReadWrite = 0x3; /* PROT_READ | PROT_WRITE */
    internal const int MapShared = 0x1;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint mmap(nint address, nuint length, int protection, int flags, int fd, long offset);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int munmap(nint address, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int poll(PollEntry* entries, nuint count, int milliseconds);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int unlink(string path);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int rmdir(string path);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int mkdir(string path, uint mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int rename(string from, string to);

    /// <summary>Number of <c>getdents64</c>: 217 on x64, 61 on arm64 (asm/unistd.h).</summary>
    internal static nint GetDirectoryEntries { get; } =
        RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 61 : 217;

    /// <summary>Looks at what a path leads to.</summary>
    /// <param name="path">The path.</param>
    /// <param name="followsLinks">Whether a link at its end is followed.</param>
    /// <param name="identity">What it is.</param>
    /// <param name="errno">Why it was not looked at; 0 when it was.</param>
    internal static bool TryLook(string path, bool followsLinks, out FileStatus identity, out int errno) =>
        TryLook(AtCurrentDirectory, path, followsLinks ? 0 : NoFollow, out identity, out errno);

    /// <summary>Looks at what is open.</summary>
    internal static bool TryLook(int fd, out FileStatus identity, out int errno) =>
        TryLook(fd, "", EmptyPath, out identity, out errno);

    /// <summary>Looks at what a path leads to; null when there is nothing.</summary>
    /// <exception cref="BpfException">The look failed, so that it is not known.</exception>
    internal static FileStatus? Look(string path) =>
        TryLook(path, followsLinks: true, out var identity, out var errno) ? identity
        : errno == BpfError.Enoent ? null
        : throw BpfError.OfFile($"look at {path}", errno);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int openat(int directory, string path, int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint readlinkat(int directory, string path, byte* buffer, nuint size);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint readlink(string path, byte* buffer, nuint size);

    [LibraryImport("libc")]
    internal static partial uint geteuid();

    private static bool TryLook(int directory, string path, int flags, out FileStatus identity, out int errno)
    {
        /* struct statx: the owner is at byte 20, the mode at 28, the inode at 32, the device's major number at 136, its minor one behind it. */
        const int StatxSize = 256;
        const uint Basic = 0x7ff;
        const int OwnerOffset = 20;
        const int ModeOffset = 28;
        const int InodeOffset = 32;
        const int MajorOffset = 136;
        var buffer = stackalloc byte[StatxSize];
        var isRead = statx(directory, path, flags, Basic, buffer) == 0;
        errno = isRead ? 0 : Marshal.GetLastPInvokeError();
        identity = !isRead
            ? default
            : new FileStatus(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{*(uint*)(buffer + MajorOffset)}:{*(uint*)(buffer + MajorOffset + sizeof(uint))}"
                ),
                *(ulong*)(buffer + InodeOffset),
                *(uint*)(buffer + OwnerOffset),
                *(ushort*)(buffer + ModeOffset)
            );
        return isRead;
    }

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fstatfs(int fd, long* buffer);

    /// <summary>The magic number of the file system that something open is on; 0, with the errno, when it cannot be read.</summary>
    internal static long FileSystem(int fd, out int errno)
    {
        /* struct statfs has 120 bytes on 64-bit machines and begins with the type. */
        var buffer = stackalloc long[32];
        errno = fstatfs(fd, buffer) == 0 ? 0 : Marshal.GetLastPInvokeError();
        return errno == 0 ? *buffer : 0;
    }

    /// <summary>Number of <c>perf_event_open</c>: 298 on x64, 241 on arm64 (asm/unistd.h).</summary>
    internal static nint PerfEventOpen { get; } =
        RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 241 : 298;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint syscall(nint number, nint first, nint second, nint third, nint fourth, nint fifth);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint send(int socket, void* buffer, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint recv(int socket, void* buffer, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setns(int fd, int type);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int unshare(int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int ioctl(int fd, nuint request, void* argument);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setrlimit(int resource, ulong* limits);

    [LibraryImport("libc")]
    internal static partial int vsnprintf(byte* buffer, nuint size, nint format, nint arguments);

    /// <summary>Resolution of a clock.</summary>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int clock_getres(int clock, long* secondsAndNanoseconds);
}
