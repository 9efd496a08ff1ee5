using System.ComponentModel;
using System.Runtime.InteropServices;

namespace NetEdit.Bench.Kernel;

/// <summary>System calls on sockets without what .NET does around them: a connection should cost as little as it can.</summary>
internal static unsafe partial class Syscalls
{
    internal const int AddressFamilyIPv4 = 2;
    internal const int Stream = 1;
    internal const int LevelSocket = 1;
    internal const int ReuseAddress = 2;
    internal const int LevelIP = 0;
    internal const int BindAddressNoPort = 24;
    internal const int ClockThreadCpu = 3;
    internal const int ClockProcessScheduler = 2;
    internal const int Terminate = 15;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setsockopt(int socket, int level, int name, int* value, uint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int bind(int socket, SocketAddress* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int listen(int socket, int backlog);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int connect(int socket, SocketAddress* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int accept4(int socket, SocketAddress* address, uint* length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int close(int socket);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int dup(int fd);

    [LibraryImport("libc")]
    internal static partial int usleep(uint microseconds);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int kill(int process, int signal);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int clock_gettime(int clock, long* time);

    internal static int Check(int result, string call) =>
        result >= 0
            ? result
            : throw new InvalidOperationException(
                $"{call}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}"
            );

    /// <summary>CPU time of this thread in nanoseconds, the kernel's work for it included.</summary>
    internal static long ThreadCpuNanoseconds() => Nanoseconds(ClockThreadCpu);

    /// <summary>CPU time of a whole process, as clock_getcpuclockid gives it.</summary>
    internal static long CpuNanoseconds(int process) => Nanoseconds((~process << 3) | ClockProcessScheduler);

    private static long Nanoseconds(int clock)
    {
        var time = stackalloc long[2];
        Check(clock_gettime(clock, time), "clock_gettime");
        return (time[0] * 1_000_000_000) + time[1];
    }

    /// <summary><c>struct sockaddr_in</c>; port and address in network order.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct SocketAddress
    {
        public ushort Family;
        public ushort Port;
        public uint Address;
        public ulong Zero;
    }
}
