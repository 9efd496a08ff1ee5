using System.Collections.Immutable;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Objects;
using NetEdit.Host;

namespace NetEdit.Adapter.Hookpoints;

/// <summary>TCP events of the sockets of a cgroup.</summary>
internal sealed class SockopsHookpoint : Hookpoint
{
    internal override string Name => "sockops";

    internal override ImmutableArray<IMechanism> Mechanisms { get; } = [new CgroupLink()];

    /// <summary>A link that holds the program at the cgroup (5.7).</summary>
    private sealed unsafe class CgroupLink : IMechanism
    {
        public string Name => "cgroup-link";

        public string Capability => CapabilityNames.CgroupLink;

        public void Attach(LoadedObject loaded, KernelHandle? target, Pins pins)
        {
            using var link = KernelHandle.Of(LibBpf.bpf_link_create(loaded.ProgramFd(), target!.Fd, Interop.Bpf.AttachCgroupSockOps, null), "attach the chain to the cgroup");
            LedgerDirectory.Pin(link.Fd, pins.Link);
        }

        public bool Replace(LoadedObject loaded, Pins pins)
        {
            using var link = pins.OpenLink();
            var result = LibBpf.bpf_link_update(link.Fd, loaded.ProgramFd(), null);
            return result >= 0 ? true : throw BpfError.Create("replace the attached chain", -result);
        }

        public void Detach(Pins pins) => pins.Ledger.Remove(pins.Link);
    }
}
