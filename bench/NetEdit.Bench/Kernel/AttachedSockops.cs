using NetEdit.Adapter.Interop;
using NetEdit.Lab;

namespace NetEdit.Bench.Kernel;

/// <summary>
/// Looks whether sockops programs are attached to a cgroup. The kernel's static key for them is one for the whole host: with any, each socket of
/// the host pays the way to the hook at each operation, 0.47 µs a connection (6.18), and what a bench calls untuned pays it too.
/// </summary>
internal static class AttachedSockops
{
    private const int Most = 64;

    /// <summary>How many are attached, over all cgroups.</summary>
    internal static int Count()
    {
        var root = LabCgroup.MountPoint ?? throw new LabException("cgroup v2 is not mounted");
        return Directory
            .EnumerateDirectories(root, "*", new EnumerationOptions { RecurseSubdirectories = true })
            .Prepend(root)
            .Sum(CountAt);
    }

    private static unsafe int CountAt(string cgroup)
    {
        using var directory = new KernelHandle(LibC.open(cgroup, LibC.OpenRead));
        var programs = stackalloc uint[Most];
        uint count = Most,
            flags = 0;
        var result = LibBpf.bpf_prog_query(
            directory.Fd,
            NetEdit.Adapter.Interop.Bpf.AttachCgroupSockOps,
            0,
            &flags,
            programs,
            &count
        );
        return result == 0 ? (int)count : 0; /* a cgroup that is gone meanwhile */
    }
}
