using System.Globalization;
using System.Runtime.InteropServices;

namespace NetEdit.Adapter.Interop;

/// <summary>The few system calls the adapter needs beside bpf().</summary>
internal static unsafe partial class LibC
{
    internal const int OpenDirectory = 0x10000 | 0x80000; /* O_DIRECTORY | O_CLOEXEC */
    internal const int OpenRead = 0x80000; /* O_RDONLY | O_CLOEXEC */
    internal const int OpenWrite = 0x80001; /* O_WRONLY | O_CLOEXEC */

    private const int AtCurrentDirectory = -100;
    private const int EmptyPath = 0x1000;

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

    /// <summary>The inode of what a path leads to; 0 when there is nothing.</summary>
    internal static ulong Inode(string path) => Inode(AtCurrentDirectory, path, 0);

    /// <summary>The inode of what is open; 0 when it cannot be read.</summary>
    internal static ulong Inode(int fd) => Inode(fd, "", EmptyPath);

    /// <summary>Owner and mode of what is open; an owner that is nobody when they cannot be read.</summary>
    internal static (uint Owner, int Mode) OwnerAndMode(int fd)
    {
        /* struct statx: the owner is at byte 20, the mode at byte 28. */
        const int StatxSize = 256;
        const int TypeModeOwner = 0x1 | 0x2 | 0x8;
        const int OwnerOffset = 20;
        const int ModeOffset = 28;
        var buffer = stackalloc byte[StatxSize];
        return statx(fd, "", EmptyPath, TypeModeOwner, buffer) == 0
            ? (*(uint*)(buffer + OwnerOffset), *(ushort*)(buffer + ModeOffset))
            : (uint.MaxValue, 0);
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int openat(int directory, string path, int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint readlinkat(int directory, string path, byte* buffer, nuint size);

    [LibraryImport("libc")]
    internal static partial uint geteuid();

    private static ulong Inode(int directory, string path, int flags)
    {
        /* struct statx: the inode is at byte 32. */
        const int StatxSize = 256;
        const int StatxIno = 0x100;
        const int InodeOffset = 32;
        var buffer = stackalloc byte[StatxSize];
        return statx(directory, path, flags, StatxIno, buffer) == 0 ? *(ulong*)(buffer + InodeOffset) : 0;
    }

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fstatfs(int fd, long* buffer);

    /// <summary>The magic number of the file system that something open is on; 0 when it cannot be read.</summary>
    internal static long FileSystem(int fd)
    {
        /* struct statfs has 120 bytes on 64-bit machines and begins with the type. */
        var buffer = stackalloc long[32];
        return fstatfs(fd, buffer) == 0 ? *buffer : 0;
    }

    /// <summary>Number of the file system that a path is on, as mountinfo writes it; empty when there is nothing.</summary>
    internal static string Device(string path)
    {
        /* struct statx: the device's major number is at byte 136, its minor one behind it. */
        const int StatxSize = 256;
        const int MajorOffset = 136;
        var buffer = stackalloc byte[StatxSize];
        return statx(AtCurrentDirectory, path, 0, 0, buffer) == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{*(uint*)(buffer + MajorOffset)}:{*(uint*)(buffer + MajorOffset + sizeof(uint))}")
            : "";
    }

    /// <summary>Number of <c>perf_event_open</c>: 298 on x64, 241 on arm64 (asm/unistd.h).</summary>
    internal static nint PerfEventOpen { get; } = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 241 : 298;

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
    internal static partial int setrlimit(int resource, ulong* limits);

    [LibraryImport("libc")]
    internal static partial int vsnprintf(byte* buffer, nuint size, nint format, nint arguments);

    /// <summary>Resolution of a clock.</summary>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int clock_getres(int clock, long* secondsAndNanoseconds);
}
