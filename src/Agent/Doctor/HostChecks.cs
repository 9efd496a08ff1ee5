using System.Globalization;
using NetEdit.Adapter;
using NetEdit.Host;
using NetEdit.Model;

namespace NetEdit.Agent.Doctor;

/// <summary>Checks what NetEdit needs from a host: kernel, mounts, cgroups, limits, privileges. Pure.</summary>
internal static class HostChecks
{
    private const ulong EnoughLockedBytes = 64 * 1024 * 1024;

    private static readonly KernelVersion Oldest = new(5, 10, 0);

    // Kernels before this one count maps and programs against RLIMIT_MEMLOCK.
    private static readonly KernelVersion WithoutLockedMemory = new(5, 11, 0);

    // Without these no chain can be attached; the remedies of the other capabilities are newer kernels.
    private static readonly Dictionary<string, string> Essential = new(StringComparer.Ordinal)
    {
        [CapabilityNames.Btf] = "boot a kernel with CONFIG_DEBUG_INFO_BTF=y and CONFIG_SYSFS=y, with sysfs at /sys",
        [CapabilityNames.Sockops] = "boot a kernel with CONFIG_BPF_SYSCALL=y, CONFIG_CGROUP_BPF=y and CONFIG_INET=y",
        [CapabilityNames.CgroupLink] = "boot a kernel with CONFIG_CGROUP_BPF=y",
        [CapabilityNames.SocketStorage] = "boot a kernel with CONFIG_BPF_SYSCALL=y and CONFIG_NET=y",
    };

    /// <summary>All findings about the host itself.</summary>
    public static IEnumerable<HostFinding> All(HostExamination host) =>
        [
            Privileges(host.Conditions),
            Kernel(host.Conditions),
            .. Capabilities(host),
            .. Mounts(host.Conditions),
            .. Limits(host),
        ];

    private static HostFinding Privileges(HostConditions host) =>
        host.MissingPrivilege is { } missing
            ? new HostFinding(
                "privileges",
                FindingSeverity.Unknown,
                $"{missing} is missing, so the kernel, its programs and other users' processes could not be looked at",
                "run as root: sudo netedit doctor"
            )
        : host.InUserNamespace
            ? new HostFinding(
                "privileges",
                FindingSeverity.Broken,
                "this is a user namespace, whose root may not tune the host",
                "run netedit as root of the host, or in a container without a user namespace"
            )
        : host.InPidNamespace
            ? new HostFinding(
                "privileges",
                FindingSeverity.Warning,
                "this is a PID namespace: open connections of other network namespaces cannot be seen, nor whether the "
                    + "BPF file system is the host's",
                "docker run --pid=host, or hostPID: true in Kubernetes"
            )
        : new HostFinding("privileges", FindingSeverity.Fine, "all that NetEdit needs");

    private static HostFinding Kernel(HostConditions host) =>
        !KernelVersion.TryParse(host.KernelRelease, out var version)
            ? new HostFinding(
                "kernel",
                FindingSeverity.Unknown,
                $"the release '{host.KernelRelease}' does not begin with a version"
            )
        : version < Oldest
            ? new HostFinding(
                "kernel",
                FindingSeverity.Broken,
                $"Linux {host.KernelRelease} is older than {Oldest.Major}.{Oldest.Minor}, the oldest that NetEdit is "
                    + "tested with",
                "install a newer kernel; docs/kernel-matrix.md says what each gives"
            )
        : new HostFinding("kernel", FindingSeverity.Fine, $"Linux {host.KernelRelease}");

    private static IEnumerable<HostFinding> Capabilities(HostExamination host)
    {
        if (host.Capabilities is not { } report)
        {
            yield return new HostFinding(
                "capabilities",
                FindingSeverity.Unknown,
                "what the kernel can do could not be tried out: " + (host.KernelError ?? "the adapter was not opened"),
                "do first what the other findings say, then run netedit doctor again"
            );
            yield break;
        }

        foreach (var capability in report.Capabilities.Where(capability => !capability.Available))
        {
            var remedy = Essential.GetValueOrDefault(capability.Name);
            yield return new HostFinding(
                "capabilities",
                !capability.Known ? FindingSeverity.Unknown
                    : remedy is null ? FindingSeverity.Note
                    : FindingSeverity.Broken,
                $"{capability.Name}: {capability.Reason}",
                remedy ?? "netedit get features shows which features this concerns; another kernel may have it"
            );
        }

        if (Essential.Keys.All(report.Has))
        {
            yield return new HostFinding(
                "capabilities",
                FindingSeverity.Fine,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the kernel has {report.Capabilities.Count(capability => capability.Available)} of "
                        + $"{report.Capabilities.Length}, and all that every feature needs"
                )
            );
        }
    }

    private static IEnumerable<HostFinding> Mounts(HostConditions host)
    {
        yield return host.BpfMount is { } bpf
            ? new HostFinding("mounts", FindingSeverity.Fine, $"BPF file system at {bpf}")
            : new HostFinding(
                "mounts",
                FindingSeverity.Warning,
                "the BPF file system is not mounted here, so it is not known what NetEdit holds in the kernel",
                "mount -t bpf bpf /sys/fs/bpf; in a container, mount the host's /sys/fs/bpf"
            );
        yield return host switch
        {
            { Cgroup2Mount: { } mount } => new HostFinding(
                "cgroups",
                FindingSeverity.Fine,
                $"cgroup v2 at {mount}{(host.HasCgroup1 ? ", beside cgroup v1 (hybrid mode)" : "")}"
            ),
            { Cgroup2Part: { } part } => new HostFinding(
                "cgroups",
                FindingSeverity.Broken,
                $"the cgroup v2 mount at {part} does not begin at the host's root cgroup",
                "run the container with --cgroupns=host and the host's /sys/fs/cgroup"
            ),
            _ => new HostFinding(
                "cgroups",
                FindingSeverity.Broken,
                "no cgroup v2 hierarchy is mounted"
                    + (host.HasCgroup1 ? "; cgroup v1 is, in which programs cannot be attached" : ""),
                "mount -t cgroup2 none /sys/fs/cgroup/unified; or boot with systemd.unified_cgroup_hierarchy=1"
            ),
        };
    }

    private static IEnumerable<HostFinding> Limits(HostExamination host)
    {
        yield return host.OpenFiles switch
        {
            null => new HostFinding("limits", FindingSeverity.Unknown, "the limit of open files could not be read"),
            < DescriptorLimit.Least => new HostFinding(
                "limits",
                FindingSeverity.Broken,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"a process may open {host.OpenFiles} files at once; the agent needs {DescriptorLimit.Least}"
                ),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"ulimit -n {DescriptorLimit.Least}; in a unit of systemd LimitNOFILE={DescriptorLimit.Least}"
                )
            ),
            _ => new HostFinding(
                "limits",
                FindingSeverity.Fine,
                string.Create(CultureInfo.InvariantCulture, $"{host.OpenFiles} open files")
            ),
        };
        if (
            KernelVersion.TryParse(host.Conditions.KernelRelease, out var version)
            && version < WithoutLockedMemory
            && host.LockedBytes < EnoughLockedBytes
        )
        {
            yield return new HostFinding(
                "limits",
                FindingSeverity.Warning,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"a process may lock {host.LockedBytes} bytes of memory; this kernel counts BPF maps against that"
                ),
                "ulimit -l unlimited; in a unit of systemd LimitMEMLOCK=infinity"
            );
        }
    }
}
