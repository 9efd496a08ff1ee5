using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace NetEdit.Lab;

/// <summary>Undoes what is left when the process ends without disposing: on a normal exit, SIGTERM, SIGINT and SIGHUP, not on SIGKILL.</summary>
internal static class LabCleanup
{
    private static readonly ConcurrentDictionary<long, Action> Pending = new();
    private static long _last;

    // Kept: a registration ends when it is collected. None cancels the signal, whose default action follows; .NET itself runs no exit handler on signals.
    private static readonly PosixSignalRegistration[] Signals =
    [
        .. new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP }.Select(signal =>
            PosixSignalRegistration.Create(signal, OnSignal)
        ),
    ];

    static LabCleanup() => AppDomain.CurrentDomain.ProcessExit += static (_, _) => RunAll();

    /// <summary>Registers an undo, which must bear being run twice.</summary>
    /// <returns>The key for <see cref="Forget"/>.</returns>
    public static long Register(Action undo)
    {
        var key = Interlocked.Increment(ref _last);
        Pending[key] = undo;
        GC.KeepAlive(Signals);
        return key;
    }

    public static void Forget(long key) => Pending.TryRemove(key, out _);

    private static void OnSignal(PosixSignalContext context)
    {
        // Cancelled by a handler registered later: the process goes on.
        if (!context.Cancel)
        {
            RunAll();
        }
    }

    private static void RunAll()
    {
        foreach (var key in Pending.Keys.OrderDescending())
        {
            if (Pending.TryRemove(key, out var undo))
            {
                try
                {
                    undo();
                }
                catch (Exception e) when (e is LabException or IOException or UnauthorizedAccessException)
                {
                    // The process is ending: the next undo matters more than this one's reason.
                }
            }
        }
    }
}
