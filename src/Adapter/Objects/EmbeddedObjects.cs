using NetEdit.Bpf;

namespace NetEdit.Adapter.Objects;

/// <summary>The adapter's own BPF objects.</summary>
internal static class EmbeddedObjects
{
    /// <summary>The chain that features' stages are linked into; also the shape of the shared maps.</summary>
    internal static BpfObject SockopsChain { get; } = Embedded("sockops");

    /// <summary>Lists the tuned sockets of a network namespace.</summary>
    internal static BpfObject LiveSockets { get; } = Embedded("live_sockets");

    /// <summary>An object of <c>bpf/probes</c>.</summary>
    internal static BpfObject Probe(string name) => Embedded(name);

    private static BpfObject Embedded(string name) => BpfObject.Embedded(typeof(EmbeddedObjects).Assembly, name);
}
