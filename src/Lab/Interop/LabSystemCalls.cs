using System.Runtime.InteropServices;

namespace NetEdit.Lab.Interop;

/// <summary>The C library's functions that .NET has no counterpart of.</summary>
internal static unsafe partial class LabSystemCalls
{
    public const int CloneNewNet = 0x40000000;
    public const int MsgDontWait = 0x40;
    public const int MsgTruncate = 0x20;
    public const int Ipv4 = 2; /* AF_INET */
    public const int Ipv6 = 10; /* AF_INET6 */
    public const int Stream = 1 | 0x80000; /* SOCK_STREAM | SOCK_CLOEXEC */
    public const int MultipathTcp = 262; /* IPPROTO_MPTCP */

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    public static partial int SetNamespace(int fd, int type);

    [LibraryImport(
        "libc",
        EntryPoint = "if_nametoindex",
        SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8
    )]
    public static partial uint InterfaceIndex(string name);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    public static partial nint ReceiveMessage(int fd, MessageHeader* header, int flags);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollDescriptor* descriptors, nuint count, int timeoutMilliseconds);

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    public static partial int ChangeOwner(int fd, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int fd);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Status(int directory, string path, int flags, uint mask, byte* buffer);

    // bpf() has no wrapper in the C library.
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint SystemCall(nint number, nint argument1, void* argument2, nint argument3);
}
