using NetEdit.Host;

namespace NetEdit.Adapter.Hookpoints;

/// <summary>TCP events of the sockets of a cgroup. Links to cgroups came with 5.7.</summary>
internal sealed class SockopsHookpoint()
    : LinkHookpoint(
        "sockops",
        new LinkMechanism(CapabilityNames.CgroupLink, Interop.Bpf.AttachCgroupSockOps, "the chain to the cgroup")
    );
