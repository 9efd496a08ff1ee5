using System.Runtime.InteropServices;

namespace NetEdit.Adapter.Tests;

/// <summary>Takes capabilities from the calling thread, and gives them back.</summary>
internal sealed unsafe partial class ThreadRights : IDisposable
{
    /// <summary>CAP_SYS_ADMIN.</summary>
    public const int SysAdmin = 21;

    /// <summary>CAP_BPF.</summary>
    public const int Bpf = 39;

    private const uint Version3 = 0x20080522; /* linux/capability.h */
    private readonly ulong _before;

    private ThreadRights(ulong without)
    {
        _before = Effective(null);
        Effective(_before & ~without);
    }

    /// <summary>Takes these from the calling thread.</summary>
    public static ThreadRights Without(params ReadOnlySpan<int> capabilities)
    {
        var bits = 0UL;
        foreach (var capability in capabilities)
        {
            bits |= 1UL << capability;
        }

        return new ThreadRights(bits);
    }

    /// <inheritdoc/>
    public void Dispose() => Effective(_before);

    private static ulong Effective(ulong? wanted)
    {
        /* Effective, permitted and inheritable, the low halves of all three before the high ones. */
        var header = stackalloc uint[2] { Version3, 0 };
        var data = stackalloc uint[6];
        Check(capget(header, data));
        if (wanted is { } bits)
        {
            (data[0], data[3]) = ((uint)bits, (uint)(bits >> 32));
            Check(capset(header, data));
        }

        return data[0] | ((ulong)data[3] << 32);
    }

    private static void Check(int result)
    {
        if (result != 0)
        {
            throw new InvalidOperationException(Marshal.GetLastPInvokeErrorMessage());
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int capget(uint* header, uint* data);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int capset(uint* header, uint* data);
}
