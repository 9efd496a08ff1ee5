using NetEdit.Bpf;

namespace NetEdit.Adapter.Objects;

/// <summary>The adapter's own BPF objects. Tests give others, to be another version.</summary>
/// <param name="SockopsChain">The chain that features' stages are linked into; also the shape of the shared maps.</param>
/// <param name="TunedSockets">Lists the tuned sockets of a network namespace, and makes their records.</param>
internal sealed record AdapterObjects(BpfObject SockopsChain, BpfObject TunedSockets)
{
    /// <summary>Those of this build.</summary>
    internal static AdapterObjects Embedded { get; } = new(Find("sockops"), Find("tuned_sockets"));

    /// <summary>The walk over open connections that live stages are linked into.</summary>
    internal BpfObject Live { get; init; } = Find("live");

    /// <summary>Sets on listeners what all of their connections get, and takes it back.</summary>
    internal BpfObject Listeners { get; init; } = Find("listeners");

    /// <summary>The list of all open connections, with what they have.</summary>
    internal BpfObject Connections { get; init; } = Find("connections");

    /// <summary>An object of <c>bpf/probes</c>.</summary>
    internal static BpfObject Probe(string name) => Find(name);

    private static BpfObject Find(string name) => BpfObject.Embedded(typeof(AdapterObjects).Assembly, name);
}
