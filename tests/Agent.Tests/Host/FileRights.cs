using System.Runtime.InteropServices;

namespace NetEdit.Agent.Tests.Host;

/// <summary>The rights of root to look into what others closed.</summary>
internal static unsafe partial class FileRights
{
    private const uint Version3 = 0x20080522;
    private const uint OverrideAndSearch = (1 << 1) | (1 << 2); // CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH

    /// <summary>Runs something on a thread that lacks them, as the service does.</summary>
    internal static void Without(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                var header = stackalloc uint[2] { Version3, 0 };
                var sets = stackalloc uint[6];
                GetCapabilities(header, sets).ShouldBe(0);
                sets[0] &= ~OverrideAndSearch; // those in effect
                SetCapabilities(header, sets).ShouldBe(0);
                action();
            }
#pragma warning disable CA1031 // It is thrown again by the thread that waits.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failure = exception;
            }
        });
        thread.Start();
        thread.Join();
        failure.ShouldBeNull();
    }

    [LibraryImport("libc", EntryPoint = "capget")]
    private static partial int GetCapabilities(uint* header, uint* sets);

    [LibraryImport("libc", EntryPoint = "capset")]
    private static partial int SetCapabilities(uint* header, uint* sets);
}
