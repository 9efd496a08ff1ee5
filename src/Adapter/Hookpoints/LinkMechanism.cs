using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Objects;

namespace NetEdit.Adapter.Hookpoints;

/// <summary>A link that holds the object's only program at a target; unpinning it detaches, updating it is atomic.</summary>
/// <param name="capability">The capability it needs.</param>
/// <param name="attachType">The kernel's number for the hook.</param>
/// <param name="what">What is attached, for errors: <c>the chain</c>.</param>
internal sealed unsafe class LinkMechanism(string capability, int attachType, string what) : IMechanism
{
    public string Capability => capability;

    public void Attach(LoadedObject loaded, KernelHandle? target, LinkPin pin)
    {
        using var link = KernelHandle.Of(LibBpf.bpf_link_create(loaded.ProgramFd(), target?.Fd ?? 0, attachType, null), $"attach {what}");
        LedgerDirectory.Pin(link.Fd, pin.Path);
    }
}
