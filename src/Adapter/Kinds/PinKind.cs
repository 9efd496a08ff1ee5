using NetEdit.Adapter.Ledger;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>Pins that belong to nothing, or elsewhere. Other kinds find them.</summary>
internal sealed class PinKind(LedgerDirectory ledger) : IKernelKind
{
    /// <inheritdoc/>
    public void Handle(ActionHandlers handlers)
    {
        handlers.On<MovePin>(move =>
        {
            ledger.MovePin(move.From, move.To);
            return Outcome.Done;
        });
        handlers.On<RemoveOrphan>(orphan =>
        {
            ledger.Remove(orphan.Path);
            return Outcome.Done;
        });
    }
}
