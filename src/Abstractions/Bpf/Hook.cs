using System.Collections.Immutable;
using NetEdit.Host;

namespace NetEdit.Bpf;

/// <summary>The kind of object that a program is attached to.</summary>
public enum HookTarget
{
    /// <summary>
    /// The cgroup of the policy. The program also sees the sockets and processes of the cgroups inside it.
    /// </summary>
    Cgroup,

    /// <summary>Each interface of the policy, in the agent's network namespace.</summary>
    Interface,

    /// <summary>The agent's network namespace.</summary>
    NetworkNamespace,

    /// <summary>The host as a whole.</summary>
    Host,
}

/// <summary>
/// A place in the kernel where a standalone program of a feature runs, beside programs of others. The sockops hook is
/// not a <see cref="Hook"/>. Its features are stages of a chain instead (<see cref="SockopsStage"/>).
/// </summary>
public sealed class Hook
{
    private Hook(string name, HookTarget target, params ImmutableArray<string> requires) =>
        (Name, Target, Requires) = (name, target, requires);

    /// <summary>Programs run when a socket is bound to an IPv4 address.</summary>
    public static Hook Bind4 { get; } = Address("cgroup/bind4");

    /// <summary>Programs run when a socket is bound to an IPv6 address.</summary>
    public static Hook Bind6 { get; } = Address("cgroup/bind6");

    /// <summary>Programs run when a socket connects to an IPv4 address.</summary>
    public static Hook Connect4 { get; } = Address("cgroup/connect4");

    /// <summary>Programs run when a socket connects to an IPv6 address.</summary>
    public static Hook Connect6 { get; } = Address("cgroup/connect6");

    /// <summary>Programs run when a datagram is sent to an IPv4 address without a connection.</summary>
    public static Hook SendMessage4 { get; } = Address("cgroup/sendmsg4");

    /// <summary>Programs run when a datagram is sent to an IPv6 address without a connection.</summary>
    public static Hook SendMessage6 { get; } = Address("cgroup/sendmsg6");

    /// <summary>Programs run when a datagram is received from an IPv4 address without a connection.</summary>
    public static Hook ReceiveMessage4 { get; } = Address("cgroup/recvmsg4");

    /// <summary>Programs run when a datagram is received from an IPv6 address without a connection.</summary>
    public static Hook ReceiveMessage6 { get; } = Address("cgroup/recvmsg6");

    /// <summary>Programs run when an application reads an option of a socket.</summary>
    public static Hook GetSocketOption { get; } = InCgroup("cgroup/getsockopt", CapabilityNames.CgroupSocketOption);

    /// <summary>Programs run when an application sets an option of a socket.</summary>
    public static Hook SetSocketOption { get; } = InCgroup("cgroup/setsockopt", CapabilityNames.CgroupSocketOption);

    /// <summary>Programs run when a packet arrives for a socket.</summary>
    public static Hook SocketIngress { get; } = InCgroup("cgroup_skb/ingress", CapabilityNames.CgroupSkb);

    /// <summary>Programs run when a packet of a socket leaves.</summary>
    public static Hook SocketEgress { get; } = InCgroup("cgroup_skb/egress", CapabilityNames.CgroupSkb);

    /// <summary>Programs run when a packet arrives at an interface, after XDP.</summary>
    public static Hook TrafficIngress { get; } =
        new("tc/ingress", HookTarget.Interface, CapabilityNames.TrafficControl) { Order = CapabilityNames.Tcx };

    /// <summary>Programs run when a packet is about to be queued at an interface.</summary>
    public static Hook TrafficEgress { get; } =
        new("tc/egress", HookTarget.Interface, CapabilityNames.TrafficControl) { Order = CapabilityNames.Tcx };

    /// <summary>
    /// The program runs when a packet arrives at an interface, before the kernel processes it. An interface has only
    /// one such program.
    /// </summary>
    public static Hook Xdp { get; } = new("xdp", HookTarget.Interface, CapabilityNames.Xdp);

    /// <summary>Programs run when the kernel looks for the socket of a packet.</summary>
    public static Hook SocketLookup { get; } =
        new("sk_lookup", HookTarget.NetworkNamespace, CapabilityNames.SocketLookup);

    /// <summary>
    /// Programs run when the kernel passes a tracepoint. The object has a program <c>tp_btf/NAME</c>, a program
    /// <c>raw_tp/NAME</c>, or both.
    /// </summary>
    public static Hook Tracepoint { get; } = new("tracepoint", HookTarget.Host, CapabilityNames.Tracepoint);

    /// <summary>
    /// Programs run when the kernel enters one of its functions. The object has a program <c>fentry/NAME</c>, a program
    /// <c>kprobe/NAME</c>, or both.
    /// </summary>
    public static Hook KernelFunction { get; } =
        new("kernel-function", HookTarget.Host, CapabilityNames.KernelFunction);

    /// <summary>Programs run when somebody reads the pin of an iterator.</summary>
    public static Hook Iterator { get; } = new("iterator", HookTarget.Host, CapabilityNames.Iterator);

    /// <summary>Programs run on each busy processor, <see cref="AttachedProgram.Hertz"/> times a second.</summary>
    public static Hook Processor { get; } = new("perf-event", HookTarget.Host, CapabilityNames.PerfEvent);

    /// <summary>
    /// Programs run on each processor that is busy with processes of a cgroup, <see cref="AttachedProgram.Hertz"/>
    /// times a second.
    /// </summary>
    public static Hook ProcessorInCgroup { get; } =
        new("perf-event/cgroup", HookTarget.Cgroup, CapabilityNames.Cgroup2, CapabilityNames.PerfEventCgroup);

    /// <summary>All hooks.</summary>
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

    /// <summary>
    /// The hook's name. It is libbpf's name for the section of such a program, if libbpf has exactly one.
    /// </summary>
    public string Name { get; }

    /// <summary>The kind of object that programs at this hook are attached to.</summary>
    public HookTarget Target { get; }

    /// <summary>The capabilities (<see cref="CapabilityNames"/>) without which no program can be attached.</summary>
    public ImmutableArray<string> Requires { get; }

    /// <summary>
    /// The capability with which the kernel keeps a chosen order among the programs at this hook. It is null if no
    /// order can be chosen, for example because the hook has only one program.
    /// </summary>
    public string? Order { get; private init; }

    /// <summary>Returns the hook of a name, or null if no hook has this name.</summary>
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

/// <summary>Where a program runs among the programs of others at the same hook and target.</summary>
public enum HookPlace
{
    /// <summary>
    /// After the programs that are already attached. At a cgroup, these are the programs of the same cgroup.
    /// </summary>
    Last,

    /// <summary>
    /// Before the programs that are already attached, if the kernel supports this. It does so for tc with TCX (6.6),
    /// and for cgroups from 6.17.
    /// </summary>
    First,
}
