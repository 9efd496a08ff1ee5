using NetEdit.Adapter.Hookpoints;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Objects;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>The queueing disciplines that filters need on kernels without tcx: made where an interface has none, and removed with the last filter.</summary>
internal sealed class ClsactQueues(LedgerDirectory ledger, AttachmentObserver observer)
{
    /// <summary>Has an interface have a queueing discipline that filters can be attached to; marked as ours when it had none.</summary>
    internal void Make(int interfaceIndex, LoadedObject loaded)
    {
        /* Marked first: a mark without a queue of ours is harmless, a queue without its mark would stay. */
        var mark = ledger.QueuePin(interfaceIndex);
        if (HostFiles.Exists(mark))
        {
            _ = ClsactMechanism.MakeQueue(interfaceIndex);
            return;
        }

        LedgerDirectory.Pin(loaded.ProgramFd(), mark);
        if (!ClsactMechanism.MakeQueue(interfaceIndex))
        {
            ledger.Remove(mark);
        }
    }

    /// <summary>Takes the queueing discipline away that we made and nobody uses. Once none of ours uses it, it is no longer ours.</summary>
    internal void Remove(int interfaceIndex, AttachmentKey except)
    {
        var mark = ledger.QueuePin(interfaceIndex);
        if (
            HostFiles.Exists(mark)
            && !observer
                .Observe([])
                .Any(other =>
                    other.Key != except
                    && other.Mechanism == ClsactMechanism.MechanismName
                    && other.TargetId == (ulong)interfaceIndex
                )
        )
        {
            ClsactMechanism.RemoveEmptyQueue(interfaceIndex);
            ledger.Remove(mark);
        }
    }
}
