using System.Collections.Immutable;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Objects;
using NetEdit.Host;

namespace NetEdit.Adapter.Hookpoints;

/// <summary>A walk over the TCP sockets of a network namespace: reading the pin is the walk.</summary>
internal sealed class IterTcpHookpoint : Hookpoint
{
    internal override string Name => "iter/tcp";

    internal override ImmutableArray<IMechanism> Mechanisms { get; } = [new IterLink()];

    private sealed unsafe class IterLink : IMechanism
    {
        public string Name => "iter-link";

        public string Capability => CapabilityNames.IterTcp;

        public void Attach(LoadedObject loaded, KernelHandle? target, Pins pins)
        {
            using var link = KernelHandle.Of(LibBpf.bpf_link_create(loaded.ProgramFd(), 0, Interop.Bpf.AttachTraceIter, null), "attach the iterator over TCP sockets");
            LedgerDirectory.Pin(link.Fd, pins.Link);
        }

        public bool Replace(LoadedObject loaded, Pins pins)
        {
            using var link = pins.OpenLink();
            var result = LibBpf.bpf_link_update(link.Fd, loaded.ProgramFd(), null);
            return result >= 0 ? true : throw BpfError.Create("replace the iterator over TCP sockets", -result);
        }

        public void Detach(Pins pins) => pins.Ledger.Remove(pins.Link);
    }
}
