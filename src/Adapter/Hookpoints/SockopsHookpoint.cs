using System.Collections.Immutable;
using NetEdit.Host;

namespace NetEdit.Adapter.Hookpoints;

/// <summary>TCP events of the sockets of a cgroup.</summary>
internal sealed class SockopsHookpoint : Hookpoint
{
    internal override string Name => "sockops";

    /// <summary>Links to cgroups came with 5.7.</summary>
    internal override ImmutableArray<IMechanism> Mechanisms { get; } =
        [new LinkMechanism(CapabilityNames.CgroupLink, Interop.Bpf.AttachCgroupSockOps, "the chain to the cgroup")];
}
