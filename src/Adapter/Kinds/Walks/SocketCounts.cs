using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NetEdit.Adapter.Interop;

namespace NetEdit.Adapter.Kinds;

/// <summary>
/// Whether the network namespace of this thread has TCP sockets at all. All namespaces share one hash table, and a walk looks
/// through the whole of it for each: those without sockets are most of many containers' and need not pay.
/// </summary>
internal static class SocketCounts
{
    private const string Counts4 = "/proc/thread-self/net/sockstat";
    private const string Counts6 = "/proc/thread-self/net/sockstat6";

    /// <summary>False only when the kernel counts none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool AnyTcp() => !IsNone(Counts4, "TCP: inuse 0 "u8) || !IsNone(Counts6, "TCP6: inuse 0\n"u8);

    /* Without IPv6 there is no second file. */
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe bool IsNone(string path, ReadOnlySpan<byte> none)
    {
        const int Room = 1024;
        var buffer = stackalloc byte[Room];
        var fd = LibC.open(path, LibC.OpenRead);
        if (fd < 0)
        {
            return path == Counts6 && Marshal.GetLastPInvokeError() == BpfError.Enoent;
        }

        var length = LibC.read(fd, buffer, Room);
        _ = LibC.close(fd);
        return length > 0 && new ReadOnlySpan<byte>(buffer, (int)length).IndexOf(none) >= 0;
    }
}
