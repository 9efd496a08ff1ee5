using NetEdit.Bpf;
using NetEdit.Host;

namespace NetEdit.Adapter.Hookpoints;

/// <summary>A link of an XDP program. The kernel never has it replace the program of somebody else.</summary>
/// <param name="name"><c>native</c>, in the driver, or <c>generic</c>, for drivers that cannot.</param>
/// <param name="flags">The kernel's flags for that.</param>
internal sealed class XdpMechanism(string name, uint flags)
    : LinkMechanism(CapabilityNames.Xdp, Interop.Bpf.AttachXdp, $"the XDP program ({name})")
{
    public override string Name => name;

    protected override string Advice => "an interface has one XDP program: 'bpftool net' shows whose";

    protected override uint Flags(HookPlace place) => flags;
}
