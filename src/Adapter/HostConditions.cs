using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;

namespace NetEdit.Adapter;

/// <summary>What the adapter needs from the host, as far as anybody may read it. Reading it changes nothing.</summary>
/// <param name="KernelRelease">Release of the kernel, as printed by <c>uname -r</c>.</param>
/// <param name="MissingPrivilege">The first capability by name that this process needs and lacks; null if it lacks none.</param>
/// <param name="InUserNamespace">Whether this process is in a user namespace, whose root may not tune the host.</param>
/// <param name="InPidNamespace">Whether this process is in a PID namespace of its own, which cannot tell the host's mounts.</param>
/// <param name="BpfMount">Where the BPF file system is mounted; null if it is not mounted here.</param>
/// <param name="Cgroup2Mount">Where the whole cgroup v2 hierarchy is mounted; null if it is not mounted here.</param>
/// <param name="Cgroup2Part">Where a part of the cgroup v2 hierarchy is mounted, if not the whole; null if nowhere.</param>
/// <param name="HasCgroup1">Whether cgroup v1 hierarchies are mounted, too: hybrid mode.</param>
public sealed record HostConditions(
    string KernelRelease,
    string? MissingPrivilege,
    bool InUserNamespace,
    bool InPidNamespace,
    string? BpfMount,
    string? Cgroup2Mount,
    string? Cgroup2Part,
    bool HasCgroup1
)
{
    /// <summary>Reads the conditions of this process and its host.</summary>
    /// <exception cref="BpfException">A file of /proc cannot be read.</exception>
    public static HostConditions Read()
    {
        var mounts = MountInfo.Read();
        var whole = MountInfo.FindCgroup2();
        return new HostConditions(
            HostFiles.ReadText("/proc/sys/kernel/osrelease").Trim(),
            Privileges.FirstMissing(),
            Privileges.InUserNamespace,
            Privileges.InPidNamespace,
            mounts.FirstOrDefault(mount => mount is { Type: "bpf", Root: "/", IsVisible: true })?.Target,
            whole,
            whole is null ? mounts.FirstOrDefault(mount => mount.Type == "cgroup2")?.Target : null,
            mounts.Any(mount => mount.Type == "cgroup")
        );
    }
}
