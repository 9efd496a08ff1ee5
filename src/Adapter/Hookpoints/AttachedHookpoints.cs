using System.Collections.Frozen;
using NetEdit.Bpf;
using NetEdit.Host;

namespace NetEdit.Adapter.Hookpoints;

/// <summary>The hookpoints of standalone programs, with the kernel's numbers (linux/bpf.h, <c>enum bpf_attach_type</c>).</summary>
internal static class AttachedHookpoints
{
    private const uint XdpGeneric = 1 << 1;
    private const uint XdpNative = 1 << 2;

    private static readonly FrozenDictionary<Hook, (Hookpoint Hookpoint, int? AttachType)> Known = new Dictionary<
        Hook,
        (Hookpoint, int?)
    >
    {
        [Hook.Bind4] = Cgroup(Hook.Bind4, 8),
        [Hook.Bind6] = Cgroup(Hook.Bind6, 9),
        [Hook.Connect4] = Cgroup(Hook.Connect4, 10),
        [Hook.Connect6] = Cgroup(Hook.Connect6, 11),
        [Hook.SendMessage4] = Cgroup(Hook.SendMessage4, 14),
        [Hook.SendMessage6] = Cgroup(Hook.SendMessage6, 15),
        [Hook.ReceiveMessage4] = Cgroup(Hook.ReceiveMessage4, 19),
        [Hook.ReceiveMessage6] = Cgroup(Hook.ReceiveMessage6, 20),
        [Hook.GetSocketOption] = Cgroup(Hook.GetSocketOption, 21),
        [Hook.SetSocketOption] = Cgroup(Hook.SetSocketOption, 22),
        [Hook.SocketIngress] = Cgroup(Hook.SocketIngress, 0),
        [Hook.SocketEgress] = Cgroup(Hook.SocketEgress, 1),
        [Hook.TrafficIngress] = Traffic(Hook.TrafficIngress, 46, clsact: 1),
        [Hook.TrafficEgress] = Traffic(Hook.TrafficEgress, 47, clsact: 2),
        [Hook.Xdp] = (
            new Hookpoint(
                Hook.Xdp.Name,
                new XdpMechanism("native", XdpNative),
                new XdpMechanism("generic", XdpGeneric)
            ),
            Interop.Bpf.AttachXdp
        ),
        [Hook.SocketLookup] = (
            new Hookpoint(
                Hook.SocketLookup.Name,
                new LinkMechanism(CapabilityNames.SocketLookup, 36, "the program to the network namespace")
            ),
            36
        ),
        [Hook.Tracepoint] = (
            new Hookpoint(
                Hook.Tracepoint.Name,
                new TracingMechanism("btf", CapabilityNames.TracepointBtf, "tp_btf/"),
                new TracingMechanism("raw", CapabilityNames.TracepointRaw, "raw_tp/")
            ),
            null
        ),
        [Hook.KernelFunction] = (
            new Hookpoint(
                Hook.KernelFunction.Name,
                new TracingMechanism("fentry", CapabilityNames.Fentry, "fentry/"),
                new KprobeMechanism()
            ),
            null
        ),
        [Hook.Iterator] = (
            new Hookpoint(
                Hook.Iterator.Name,
                new LinkMechanism(CapabilityNames.Iterator, Interop.Bpf.AttachTraceIter, "the iterator")
            ),
            null
        ),
        [Hook.Processor] = (
            new Hookpoint(Hook.Processor.Name, new ProcessorMechanism(CapabilityNames.PerfEvent, inCgroup: false)),
            null
        ),
        [Hook.ProcessorInCgroup] = (
            new Hookpoint(
                Hook.ProcessorInCgroup.Name,
                new ProcessorMechanism(CapabilityNames.PerfEventCgroup, inCgroup: true)
            ),
            null
        ),
    }.ToFrozenDictionary();

    /// <summary>The hookpoint of a hook.</summary>
    internal static Hookpoint Of(Hook hook) => Known[hook].Hookpoint;

    /// <summary>The kernel's number of a hook whose programs can be asked for; null when they cannot.</summary>
    internal static int? AttachType(Hook hook) => Known[hook].AttachType;

    private static (Hookpoint, int?) Cgroup(Hook hook, int attachType) =>
        (
            new Hookpoint(
                hook.Name,
                new OrderedLinkMechanism(
                    "link",
                    CapabilityNames.CgroupOrder,
                    attachType,
                    $"the program to the cgroup ({hook})"
                ),
                new LinkMechanism(CapabilityNames.CgroupLink, attachType, $"the program to the cgroup ({hook})")
            ),
            attachType
        );

    private static (Hookpoint, int?) Traffic(Hook hook, int attachType, int clsact) =>
        (
            new Hookpoint(
                hook.Name,
                new OrderedLinkMechanism(
                    "tcx",
                    CapabilityNames.Tcx,
                    attachType,
                    $"the program to the interface ({hook})"
                ),
                new ClsactMechanism(clsact)
            ),
            attachType
        );
}
