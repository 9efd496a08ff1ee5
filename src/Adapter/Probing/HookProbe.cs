using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Objects;
using NetEdit.Host;
using NetEdit.Model;

namespace NetEdit.Adapter.Probing;

/// <summary>Finds out at which hooks this host runs standalone programs.</summary>
internal sealed unsafe class HookProbe(CapabilityProbe probe)
{
    private const int NoInterface = int.MaxValue;
    private const int AttachTcxIngress = 46;

    /// <summary>Probes everything.</summary>
    internal IEnumerable<Capability> Run()
    {
        yield return Load(CapabilityNames.CgroupSocketAddress, "socket_address");
        yield return Load(CapabilityNames.CgroupSocketOption, "socket_option");
        yield return Load(CapabilityNames.CgroupSkb, "socket_packet");
        yield return Knows(CapabilityNames.CgroupOrder, "cgroup_order", "an order among the programs of a cgroup");

        var tcx = Load(
            CapabilityNames.Tcx,
            "traffic",
            "the kernel looks for the interface of a link",
            program => Link(program, NoInterface, AttachTcxIngress, 0, BpfError.Enodev, "make a link to no interface")
        );
        var clsact = Load(CapabilityNames.Clsact, "traffic");
        yield return tcx;
        yield return clsact;
        yield return Either(CapabilityNames.TrafficControl, tcx, clsact);
        yield return Knows(CapabilityNames.Xdp, "xdp_link", "links of XDP programs");
        yield return Load(CapabilityNames.SocketLookup, "lookup");

        var typed = Load(CapabilityNames.TracepointBtf, "tracepoint_btf");
        var raw = Load(CapabilityNames.TracepointRaw, "tracepoint_raw");
        yield return typed;
        yield return raw;
        yield return Either(CapabilityNames.Tracepoint, typed, raw);
        var trampoline = Load(CapabilityNames.Fentry, "function_entry");
        var probed = Load(CapabilityNames.Kprobe, "function_probe", use: CanProbe);
        yield return trampoline;
        yield return probed;
        yield return Either(CapabilityNames.KernelFunction, trampoline, probed);

        yield return Load(CapabilityNames.Iterator, "iterator");
        yield return Load(CapabilityNames.PerfEvent, "event", use: program => CanCount(program, null));
        yield return Load(
            CapabilityNames.PerfEventCgroup,
            "event",
            use: program => InRoot(cgroup => CanCount(program, cgroup)),
            hostMayLackIt: true
        );
    }

    /* What the kernel says of a target that is not there does not tell: 6.12 takes the flag of an order as far, and ignores it. Its types do. */
    private Capability Knows(string name, string program, string what)
    {
        var known = probe.Try(
            name,
            $"the types of this kernel know {what}",
            () => LoadOnly("probe_types", program, use: null)
        );
        return known is { Available: false, Known: true }
            ? known with
            {
                Reason = $"the types of this kernel do not know {what}",
            }
            : known;
    }

    private Capability Load(
        string name,
        string program,
        string? reason = null,
        Action<int>? use = null,
        bool hostMayLackIt = false
    ) =>
        probe.Try(
            name,
            reason ?? $"a program of the kind loads{(use is null ? "" : " and can be attached")}",
            () => LoadOnly("probe_hooks", program, use),
            hostMayLackIt
        );

    private static void LoadOnly(string name, string program, Action<int>? use)
    {
        using var loaded = LoadedObject.Open(name, AdapterObjects.Probe(name).Image.ToArray());
        loaded.Choose(candidate => LoadedObject.NameOf(candidate) == program);
        loaded.Load();
        use?.Invoke(loaded.ProgramFd());
    }

    private static Capability Either(string name, Capability better, Capability other) =>
        new(
            name,
            better.Available || other.Available,
            better.Available ? $"by {better.Name}"
                : other.Available ? $"by {other.Name}; {better.Name}: {better.Reason}"
                : $"{better.Name}: {better.Reason}; {other.Name}: {other.Reason}"
        )
        {
            Known = better.Available || other.Available || (better.Known && other.Known),
        };

    private static void Link(int program, int target, int attachType, uint flags, int errno, string what)
    {
        var options = new LibBpf.LinkCreateOptions { Size = (nuint)sizeof(LibBpf.LinkCreateOptions), Flags = flags };
        CapabilityProbe.ExpectFromLink(LibBpf.bpf_link_create(program, target, attachType, &options), errno, what);
    }

    /// <summary>A capability that a release has or has not: the last resort, where nothing can be tried.</summary>
    internal static Capability Since(string name, string kernelRelease, KernelVersion since, string what) =>
        new(
            name,
            KernelVersion.TryParse(kernelRelease, out var kernel) && kernel >= since,
            $"{what} came with Linux {since}; this is {kernelRelease}"
        );

    /* An event that stands still: nothing is attached. */
    private static void CanCount(int program, int? cgroup)
    {
        using var counter = PerfEvent.OpenClock(Processors.Online().First(), cgroup, hertz: 0);
        HasLinks(program);
    }

    private static void CanProbe(int program)
    {
        if (PerfEvent.HasProbes is not { } has)
        {
            throw new BpfException("no sysfs is mounted at /sys, which shows whether this kernel has kprobes")
            {
                IsPassing = true,
            };
        }

        if (!has)
        {
            throw new BpfException("this kernel was built without kprobes");
        }

        HasLinks(program);
    }

    private static void HasLinks(int program) =>
        Link(program, -1, Interop.Bpf.AttachPerfEvent, 0, BpfError.Ebadf, "make a link to no perf event");

    private static void InRoot(Action<int> use)
    {
        using var root = new Cgroups(
            MountInfo.FindCgroup2()
                ?? throw new BpfException("no cgroup v2 hierarchy is mounted here") { IsPassing = true }
        ).Open("/");
        use(root.Fd);
    }
}
