using System.Collections.Immutable;
using NetEdit.Host;

namespace NetEdit.Bpf;

/// <summary>What a program is attached to.</summary>
public enum HookTarget
{
    /// <summary>The cgroup of the policy; sockets and processes of the cgroups inside it are met too.</summary>
    Cgroup,

    /// <summary>Each interface of the policy, in the agent's network namespace.</summary>
    Interface,

    /// <summary>The agent's network namespace.</summary>
    NetworkNamespace,

    /// <summary>The host as a whole.</summary>
    Host,
}

/// <summary>A place in the kernel at which a feature's program runs by itself, beside those of others; the sockops hook has chains instead.</summary>
public sealed class Hook
{
    private Hook(string name, HookTarget target, params ImmutableArray<string> requires) =>
        (Name, Target, Requires) = (name, target, requires);

    /// <summary>A socket is bound to an IPv4 address.</summary>
    public static Hook Bind4 { get; } = Address("cgroup/bind4");

    /// <summary>A socket is bound to an IPv6 address.</summary>
    public static Hook Bind6 { get; } = Address("cgroup/bind6");

    /// <summary>A socket connects to an IPv4 address.</summary>
    public static Hook Connect4 { get; } = Address("cgroup/connect4");

    /// <summary>A socket connects to an IPv6 address.</summary>
    public static Hook Connect6 { get; } = Address("cgroup/connect6");

    /// <summary>A datagram is sent to an IPv4 address without a connection.</summary>
    public static Hook SendMessage4 { get; } = Address("cgroup/sendmsg4");

    /// <summary>A datagram is sent to an IPv6 address without a connection.</summary>
    public static Hook SendMessage6 { get; } = Address("cgroup/sendmsg6");

    /// <summary>A datagram is received from an IPv4 address without a connection.</summary>
    public static Hook ReceiveMessage4 { get; } = Address("cgroup/recvmsg4");

    /// <summary>A datagram is received from an IPv6 address without a connection.</summary>
    public static Hook ReceiveMessage6 { get; } = Address("cgroup/recvmsg6");

    /// <summary>An application asks for an option of a socket.</summary>
    public static Hook GetSocketOption { get; } = InCgroup("cgroup/getsockopt", CapabilityNames.CgroupSocketOption);

    /// <summary>An application sets an option of a socket.</summary>
    public static Hook SetSocketOption { get; } = InCgroup("cgroup/setsockopt", CapabilityNames.CgroupSocketOption);

    /// <summary>A packet arrives for a socket.</summary>
    public static Hook SocketIngress { get; } = InCgroup("cgroup_skb/ingress", CapabilityNames.CgroupSkb);

    /// <summary>A packet of a socket leaves.</summary>
    public static Hook SocketEgress { get; } = InCgroup("cgroup_skb/egress", CapabilityNames.CgroupSkb);

    /// <summary>A packet arrives at an interface, after XDP.</summary>
    public static Hook TrafficIngress { get; } =
        new("tc/ingress", HookTarget.Interface, CapabilityNames.TrafficControl) { Order = CapabilityNames.Tcx };

    /// <summary>A packet is about to be queued at an interface.</summary>
    public static Hook TrafficEgress { get; } =
        new("tc/egress", HookTarget.Interface, CapabilityNames.TrafficControl) { Order = CapabilityNames.Tcx };

    /// <summary>A packet arrives at an interface, before the kernel makes anything of it. An interface has one such program.</summary>
    public static Hook Xdp { get; } = new("xdp", HookTarget.Interface, CapabilityNames.Xdp);

    /// <summary>The kernel looks for the socket of a packet.</summary>
    public static Hook SocketLookup { get; } =
        new("sk_lookup", HookTarget.NetworkNamespace, CapabilityNames.SocketLookup);

    /// <summary>The kernel passes a tracepoint. The object has a program <c>tp_btf/NAME</c>, one <c>raw_tp/NAME</c>, or both.</summary>
    public static Hook Tracepoint { get; } = new("tracepoint", HookTarget.Host, CapabilityNames.Tracepoint);

    /// <summary>The kernel enters one of its functions. The object has a program <c>fentry/NAME</c>, one <c>kprobe/NAME</c>, or both.</summary>
    public static Hook KernelFunction { get; } =
        new("kernel-function", HookTarget.Host, CapabilityNames.KernelFunction);

    /// <summary>Somebody reads the pin of an iterator.</summary>
    public static Hook Iterator { get; } = new("iterator", HookTarget.Host, CapabilityNames.Iterator);

    /// <summary>A processor has run for a while (<see cref="AttachedProgram.Hertz"/>).</summary>
    public static Hook Processor { get; } = new("perf-event", HookTarget.Host, CapabilityNames.PerfEvent);

    /// <summary>A processor has run for a while in processes of a cgroup.</summary>
    public static Hook ProcessorInCgroup { get; } =
        new("perf-event/cgroup", HookTarget.Cgroup, CapabilityNames.Cgroup2, CapabilityNames.PerfEventCgroup);

    /// <summary>All of them.</summary>
    public static ImmutableArray<Hook> All { get; } =
    [
        Bind4,
        Bind6,
        Connect4,
        Connect6,
        SendMessage4,
        SendMessage6,
        ReceiveMessage4,
        ReceiveMessage6,
        GetSocketOption,
        SetSocketOption,
        SocketIngress,
        SocketEgress,
        TrafficIngress,
        TrafficEgress,
        Xdp,
        SocketLookup,
        Tracepoint,
        KernelFunction,
        Iterator,
        Processor,
        ProcessorInCgroup,
    ];

    /// <summary>Its name: as libbpf calls the section of such a program, where there is only one.</summary>
    public string Name { get; }

    /// <summary>What programs are attached to.</summary>
    public HookTarget Target { get; }

    /// <summary>Capabilities without which no program can be attached.</summary>
    public ImmutableArray<string> Requires { get; }

    /// <summary>The capability by which the kernel keeps an order among programs; null where it has but one, or none.</summary>
    public string? Order { get; private init; }

    /// <summary>The hook of a name; null when there is none.</summary>
    public static Hook? Find(string name) =>
        All.FirstOrDefault(hook => string.Equals(hook.Name, name, StringComparison.Ordinal));

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static Hook Address(string name) => InCgroup(name, CapabilityNames.CgroupSocketAddress);

    private static Hook InCgroup(string name, string capability) =>
        new(name, HookTarget.Cgroup, CapabilityNames.Cgroup2, CapabilityNames.CgroupLink, capability)
        {
            Order = CapabilityNames.CgroupOrder,
        };
}

/// <summary>Where a program runs among those of others at the same hook and target.</summary>
public enum HookPlace
{
    /// <summary>After those that are attached already; for cgroups: of the same cgroup.</summary>
    Last,

    /// <summary>Before those that are attached already, where the kernel can: tc by TCX (6.6), cgroups (6.17).</summary>
    First,
}
