using System.Collections.Immutable;
using System.Net.Sockets;
using NetEdit.Adapter.Hookpoints;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Objects;
using NetEdit.Host;
using NetEdit.Model;

namespace NetEdit.Adapter.Probing;

/// <summary>
/// Finds out what this host can do by trying it. Probes load programs and let them go; nothing is attached, registered,
/// pinned or mounted. One opens a connection over loopback, in a network namespace of its own (<see cref="WindowProbe"/>).
/// </summary>
/// <param name="verdicts">What is known of the kernel; not tried again.</param>
/// <param name="denied">What was refused a moment ago for want of a right; not tried again.</param>
internal sealed unsafe class CapabilityProbe(
    IEnumerable<Capability> verdicts,
    IReadOnlyDictionary<string, Capability> denied
)
{
    private const string BtfPath = "/sys/kernel/btf/vmlinux";

    /// <summary>What is known of the kernel whoever asks, wherever: by name, with what this probe added.</summary>
    internal Dictionary<string, Capability> Verdicts { get; } =
        verdicts.ToDictionary(capability => capability.Name, StringComparer.Ordinal);

    /// <summary>What was refused for want of a right.</summary>
    internal Dictionary<string, Capability> Denied { get; } = new(denied, StringComparer.Ordinal);

    /// <summary>Whether something failed for want of what the host may have again in a moment.</summary>
    internal bool WasSpoilt { get; private set; }

    /// <summary>Probes everything.</summary>
    internal CapabilityReport Run(string kernelRelease)
    {
        var walksSetOptions = Load(CapabilityNames.IterTcpSetsockopt, "probe_iter_tcp_setsockopt");
        List<Capability> capabilities =
        [
            Btf(),
            Cgroup2(),
            BpfFileSystem(),
            Load(CapabilityNames.Sockops, "probe_sockops"),
            CgroupLink(),
            Load(CapabilityNames.SocketStorage, "probe_socket_storage", use: KeepInSocket),
            Load(CapabilityNames.SockopsTcpSock, "probe_sockops_tcp_sock"),
            Load(CapabilityNames.StructOps, "probe_struct_ops"),
            Load(
                CapabilityNames.StructOpsLink,
                "probe_struct_ops",
                loaded =>
                    _ = LibBpf.bpf_map__set_map_flags(StructOpsHookpoint.TableOf(loaded), Interop.Bpf.StructOpsLink)
            ),
            Load(CapabilityNames.StructOpsKfunc, "probe_struct_ops_kfunc"),
            Load(CapabilityNames.StructOpsSetsockopt, "probe_struct_ops_setsockopt"),
            FirstWindow(kernelRelease),
            Load(CapabilityNames.IterTcp, "probe_iter_tcp"),
            walksSetOptions,
            .. new OptionProbe(this).Run(kernelRelease, walksSetOptions.Available),
            RunTimeStatistics(),
            .. new HookProbe(this).Run(),
        ];
        return new CapabilityReport(
            kernelRelease,
            [.. capabilities.OrderBy(capability => capability.Name, StringComparer.Ordinal)]
        );
    }

    private Capability Load(
        string name,
        string probe,
        Action<LoadedObject>? prepare = null,
        Action<LoadedObject>? use = null
    ) =>
        Try(
            name,
            $"{probe} loads",
            () =>
            {
                using var loaded = LoadedObject.Open(probe, AdapterObjects.Probe(probe).Image.ToArray());
                prepare?.Invoke(loaded);
                loaded.Load();
                use?.Invoke(loaded);
            }
        );

    /// <summary>A capability that is there when trying it does not throw.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="reason">What was tried.</param>
    /// <param name="attempt">Tries it.</param>
    /// <param name="hostMayLackIt">Whether a refusal may come from how the host is set up, so that it says nothing of the kernel.</param>
    internal Capability Try(string name, string reason, Action attempt, bool hostMayLackIt = false)
    {
        if (Verdicts.TryGetValue(name, out var known) || Denied.TryGetValue(name, out known))
        {
            return known;
        }

        try
        {
            attempt();
            return Verdicts[name] = new Capability(name, true, reason);
        }
        catch (BpfException failure)
        {
            /* The reason goes into tables and metrics: the verifier's log does not. */
            var why = failure.Message.Split('\n')[0];
            if (failure.IsPassing)
            {
                WasSpoilt = true;
                return Capability.Unknown(name, why);
            }

            var lacking = new Capability(name, false, why);
            return failure.IsDenied ? Denied[name] = Capability.Unknown(name, why)
                : hostMayLackIt ? lacking
                : Verdicts[name] = lacking;
        }
    }

    /* Programs with storage load everywhere; from 7.2 on the kernel has room for it only where the processor has cmpxchg16b. */
    private static void KeepInSocket(LoadedObject loaded)
    {
        using var socket = NewSocket();
        KeepInSocket(loaded, socket);
    }

    /// <summary>Gives a socket a storage in the map <c>probe_sockets</c> of an object.</summary>
    /// <exception cref="BpfException">The kernel has no room for one.</exception>
    internal static void KeepInSocket(LoadedObject loaded, Socket socket)
    {
        var fd = (int)socket.Handle;
        var value = 0UL;
        var result = LibBpf.bpf_map_update_elem(
            LibBpf.bpf_map__fd(loaded.Map("probe_sockets")),
            &fd,
            &value,
            Interop.Bpf.Any
        );
        if (result < 0)
        {
            throw BpfError.Create(
                "keep something in a socket's storage",
                -result,
                "from Linux 7.2 on it needs a processor with cmpxchg16b (cx16), which a virtual machine may hide"
            );
        }
    }

    /* A change of one line, which came to some stable series and not to others: its release does not tell. A policy that gives every connection a smaller window
       hides what the kernel would give, and then the release has to do. */
    private Capability FirstWindow(string kernelRelease)
    {
        const string Name = CapabilityNames.LargeInitialWindow;
        WindowProbe.Verdict? verdict = null;
        var tried = Try(
            Name,
            "a connection over loopback begins with a window beyond 64 KiB",
            () =>
            {
                verdict = WindowProbe.Run();
                if (verdict == WindowProbe.Verdict.Small)
                {
                    throw new BpfException(
                        $"a connection over loopback with a buffer of {WindowProbe.Buffer} bytes begins with "
                            + $"a window of {WindowProbe.Largest}: this kernel offers no more at first"
                    );
                }
            }
        );
        if (verdict != WindowProbe.Verdict.Hidden)
        {
            return tried;
        }

        Verdicts.Remove(Name);
        return HookProbe.Since(Name, kernelRelease, new KernelVersion(6, 10, 0), "first windows beyond 64 KiB");
    }

    private static Socket NewSocket()
    {
        try
        {
            return new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        }
        catch (SocketException failure)
        {
            throw new BpfException($"could not make a socket: {failure.Message}") { IsPassing = true };
        }
    }

    private static Capability Btf() =>
        HostFiles.Exists(BtfPath) ? new Capability(CapabilityNames.Btf, true, $"{BtfPath} exists")
        : MountInfo.Read().Any(mount => mount is { Type: "sysfs", Target: "/sys" })
            ? new Capability(
                CapabilityNames.Btf,
                false,
                $"{BtfPath} is missing: the kernel was built without CONFIG_DEBUG_INFO_BTF"
            )
        : Capability.Unknown(
            CapabilityNames.Btf,
            $"{BtfPath} cannot be seen: no sysfs is mounted at /sys (mount -t sysfs none /sys)"
        );

    private static Capability Cgroup2() =>
        MountInfo.FindCgroup2() is { } mount ? new Capability(CapabilityNames.Cgroup2, true, $"mounted at {mount}")
        : MountInfo.Read().FirstOrDefault(mount => mount.Type == "cgroup2") is { } part
            ? Capability.Unknown(
                CapabilityNames.Cgroup2,
                $"the cgroup v2 mount at {part.Target} does not begin at the host's root cgroup; run "
                    + $"the container with the host's cgroup namespace (--cgroupns=host) and the host's "
                    + $"/sys/fs/cgroup"
            )
        : IsFileSystem("cgroup2")
            ? Capability.Unknown(
                CapabilityNames.Cgroup2,
                "no cgroup v2 hierarchy is mounted here (mount -t cgroup2 none /sys/fs/cgroup/unified)"
            )
        : new Capability(CapabilityNames.Cgroup2, false, "the kernel has no cgroup v2");

    private static Capability BpfFileSystem()
    {
        if (MountInfo.Read().FirstOrDefault(mount => mount.Type == "bpf") is { } mount)
        {
            return new Capability(CapabilityNames.BpfFileSystem, true, $"mounted at {mount.Target}");
        }

        var known = IsFileSystem("bpf");
        return new Capability(
            CapabilityNames.BpfFileSystem,
            known,
            known ? "not mounted yet; netedit mounts it when needed" : "the kernel has no BPF file system"
        );
    }

    private static bool IsFileSystem(string type) =>
        HostFiles
            .ReadText("/proc/filesystems")
            .Split('\n')
            .Any(line => line.EndsWith("\t" + type, StringComparison.Ordinal));

    /* A cgroup that cannot be: the kernel gets as far as looking it up (EBADF) only when it knows links to cgroups. */
    private Capability CgroupLink() =>
        Try(
            CapabilityNames.CgroupLink,
            "the kernel looks for the cgroup of a link",
            () =>
            {
                using var loaded = LoadedObject.Open(
                    "probe_sockops",
                    AdapterObjects.Probe("probe_sockops").Image.ToArray()
                );
                loaded.Load();
                ExpectFromLink(
                    LibBpf.bpf_link_create(loaded.ProgramFd(), -1, Interop.Bpf.AttachCgroupSockOps, null),
                    BpfError.Ebadf,
                    "make a link to no cgroup"
                );
            }
        );

    /// <summary>A link to nothing is refused with one errno by a kernel that knows such links, and with another by one that does not.</summary>
    internal static void ExpectFromLink(int result, int errno, string what)
    {
        LibBpfLog.Clear();
        if (result != -errno)
        {
            throw BpfError.Create($"{what} as far as {BpfError.Name(errno)}", -result);
        }
    }

    private Capability RunTimeStatistics() =>
        Try(
            CapabilityNames.RunTimeStatistics,
            "BPF_ENABLE_STATS works",
            () =>
                KernelHandle
                    .Of(
                        LibBpf.bpf_enable_stats(Interop.Bpf.StatsRunTime),
                        "switch on run-time statistics with BPF_ENABLE_STATS"
                    )
                    .Dispose()
        );
}
