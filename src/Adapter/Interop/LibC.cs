using System.Globalization;
using System.Runtime.InteropServices;

namespace NetEdit.Adapter.Interop;

/// <summary>The few system calls the adapter needs beside bpf().</summary>
internal static unsafe partial class LibC
{
    internal const int OpenDirectory = 0x10000 | 0x80000; /* O_DIRECTORY | O_CLOEXEC */
    internal const int OpenRead = 0x80000; /* O_RDONLY | O_CLOEXEC */
    internal const int OpenWrite = 0x80001; /* O_WRONLY | O_CLOEXEC */

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

    /// <summary>The inode of what a path leads to; 0 when there is nothing.</summary>
    internal static ulong Inode(string path)
    {
        /* struct statx: the inode is at byte 32. */
        const int StatxSize = 256;
        const int StatxIno = 0x100;
        const int InodeOffset = 32;
        const int AtCurrentDirectory = -100;
        var buffer = stackalloc byte[StatxSize];
        return statx(AtCurrentDirectory, path, 0, StatxIno, buffer) == 0 ? *(ulong*)(buffer + InodeOffset) : 0;
    }

    /// <summary>Number of the file system that a path is on, as mountinfo writes it; empty when there is nothing.</summary>
    internal static string Device(string path)
    {
        /* struct statx: the device's major number is at byte 136, its minor one behind it. */
        const int StatxSize = 256;
        const int MajorOffset = 136;
        const int AtCurrentDirectory = -100;
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
