using System.Collections.Immutable;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Objects;
using NetEdit.Host;

namespace NetEdit.Adapter.Hookpoints;

/// <summary>
/// A filter of the clsact queueing discipline of an interface, by netlink. It outlives every descriptor and has no pin: it is found by
/// its interface and its handle (<see cref="AttachPoint.Slot"/>), and held to be ours when the program in it is the one that is pinned.
/// </summary>
/// <param name="direction">The kernel's number: 1 for ingress, 2 for egress.</param>
internal sealed unsafe class ClsactMechanism(int direction) : IMechanism
{
    private const uint Replace = 1;
    private const int BothDirections = 3;

    /* Behind those that others are likely to choose; there are 65535. */
    private const uint Priority = 0xc000;

    /// <summary>Its name.</summary>
    internal const string MechanismName = "clsact";

    public string Name => MechanismName;

    public string Capability => CapabilityNames.Clsact;

    /// <summary>Puts the program into the filter, whether it is there or not, in one step.</summary>
    public ImmutableArray<KernelHandle> Attach(LoadedObject loaded, AttachPoint point)
    {
        Set(point, loaded.ProgramFd());
        return [];
    }

    /// <summary>The same with the descriptor of a program.</summary>
    internal void Set(AttachPoint point, int program)
    {
        var hook = Hook(point);
        var options = Options(point);
        (options.Program, options.Flags) = (program, Replace);
        var result = LibBpf.bpf_tc_attach(&hook, &options);
        if (result < 0)
        {
            throw BpfError.Create("attach the program to clsact", -result);
        }
    }

    /// <summary>The kernel's id of the program in the filter; 0 when there is no such filter.</summary>
    internal uint Find(AttachPoint point)
    {
        var hook = Hook(point);
        var options = Options(point);
        var result = LibBpf.bpf_tc_query(&hook, &options);
        LibBpfLog.Clear();
        return result < 0 ? 0 : options.ProgramId;
    }

    /// <summary>Removes the filter if it is there.</summary>
    internal void Detach(AttachPoint point)
    {
        var hook = Hook(point);
        var options = Options(point);
        var result = LibBpf.bpf_tc_detach(&hook, &options);
        LibBpfLog.Clear();
        if (result < 0 && Find(point) != 0)
        {
            throw BpfError.Create("detach the program from clsact", -result);
        }
    }

    /// <summary>Makes the queueing discipline that filters are in.</summary>
    /// <returns>False when it was there.</returns>
    internal static bool MakeQueue(int interfaceIndex)
    {
        var hook = Both(interfaceIndex);
        hook.Point = 1;
        var result = LibBpf.bpf_tc_hook_create(&hook);
        LibBpfLog.Clear();
        return result >= 0
            || (
                -result == BpfError.Eexist
                    ? false
                    : throw BpfError.Create(
                        "make the queueing discipline clsact",
                        -result,
                        -result == BpfError.Enoent
                            ? "this kernel does not have it, or has not loaded it; run: modprobe -a "
                                + "sch_ingress cls_bpf"
                            : ""
                    )
            );
    }

    /// <summary>Removes the queueing discipline when it holds no filter, whoever's.</summary>
    internal static void RemoveEmptyQueue(int interfaceIndex)
    {
        if (TrafficFilters.Any(interfaceIndex))
        {
            return;
        }

        var hook = Both(interfaceIndex);
        _ = LibBpf.bpf_tc_hook_destroy(&hook);
        LibBpfLog.Clear();
    }

    private static LibBpf.TrafficHook Both(int interfaceIndex) =>
        new()
        {
            Size = (nuint)sizeof(LibBpf.TrafficHook),
            Interface = interfaceIndex,
            Point = BothDirections,
        };

    private LibBpf.TrafficHook Hook(AttachPoint point) => Both(point.Descriptor) with { Point = direction };

    private static LibBpf.TrafficOptions Options(AttachPoint point) =>
        new()
        {
            Size = (nuint)sizeof(LibBpf.TrafficOptions),
            Handle = point.Slot,
            Priority = Priority,
        };
}
