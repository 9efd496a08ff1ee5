using NetEdit.Host;

namespace NetEdit.Adapter.Hookpoints;

/// <summary>A walk over the TCP sockets of a network namespace: reading the pin is the walk.</summary>
internal sealed class IterTcpHookpoint()
    : LinkHookpoint(
        "iter/tcp",
        new LinkMechanism(CapabilityNames.IterTcp, Interop.Bpf.AttachTraceIter, "the iterator over TCP sockets")
    );
