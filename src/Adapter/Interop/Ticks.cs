using System.Runtime.InteropServices;

namespace NetEdit.Adapter.Interop;

/// <summary>The kernel's tick, in which it measures its longer times (jiffies).</summary>
internal static unsafe class Ticks
{
    private const int CoarseClock = 6; /* CLOCK_MONOTONIC_COARSE: it moves once a tick */
    private const double Nanoseconds = 1e9;

    private static readonly Lazy<uint> Hz = new(() =>
    {
        var resolution = stackalloc long[2];
        return LibC.clock_getres(CoarseClock, resolution) == 0
            ? (uint)Math.Round(Nanoseconds / resolution[1])
            : throw BpfError.Create("find out the kernel's tick (clock_getres)", Marshal.GetLastPInvokeError());
    });

    /// <summary>Ticks in a second (CONFIG_HZ): 100, 250, 300 or 1000.</summary>
    internal static uint PerSecond => Hz.Value;
}
