using System.Diagnostics;
using System.Runtime.InteropServices;
using NetEdit.Adapter.Interop;

namespace NetEdit.Adapter.Ledger;

/// <summary>
/// A turn to read and rewrite one record of the ledger, so that a pass and the kill switch, in two processes, do not overwrite each
/// other's change. It is an advisory lock (flock) on the ledger's directory, held for microseconds. A process that is stopped while it
/// holds the turn does not stop the others: they go on after 100 ms.
/// </summary>
internal sealed class LedgerTurn : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(100);

    private readonly KernelHandle? _directory;

    private LedgerTurn(KernelHandle? directory) => _directory = directory;

    /// <summary>Waits for the turn. Where no ledger exists there is nothing to take turns at.</summary>
    /// <exception cref="BpfException">The ledger cannot be opened.</exception>
    internal static LedgerTurn Take(LedgerDirectory ledger)
    {
        var descriptor = LibC.open(ledger.Root, LibC.OpenDirectory);
        if (descriptor < 0)
        {
            return Marshal.GetLastPInvokeError() is var errno && errno == BpfError.Enoent
                ? new LedgerTurn(null)
                : throw BpfError.OfFile($"open the ledger {ledger.Root}", errno);
        }

        var directory = new KernelHandle(descriptor);
        for (
            var watch = Stopwatch.StartNew();
            LibC.flock(descriptor, LibC.LockExclusive | LibC.LockNonBlocking) != 0 && watch.Elapsed < LongestWait;

        )
        {
            Thread.Sleep(1);
        }

        return new LedgerTurn(directory);
    }

    // Closing the descriptor ends the lock.
    public void Dispose() => _directory?.Dispose();
}
