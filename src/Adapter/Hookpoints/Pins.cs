using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;

namespace NetEdit.Adapter.Hookpoints;

/// <summary>Where an attachment is kept.</summary>
/// <param name="Ledger">The ledger.</param>
/// <param name="Link">Pin of the link.</param>
/// <param name="Map">Pin of a struct_ops map, where there is one.</param>
internal sealed record Pins(LedgerDirectory Ledger, string Link, string? Map = null)
{
    /// <summary>Opens the pinned link.</summary>
    /// <exception cref="BpfException">It is gone.</exception>
    internal KernelHandle OpenLink() => LedgerDirectory.TryGet(Link) ?? throw new BpfException($"the pin {Link} is gone; run the same again to attach anew");
}
