using NetEdit.Adapter.Ledger;
using NetEdit.Model;

namespace NetEdit.Adapter;

/// <summary>Moves this process between cgroups.</summary>
public static class CgroupMembership
{
    /// <summary>
    /// Moves this process into a cgroup. Only a file <c>cgroup.procs</c> of the cgroup v2 file system is written to, whatever users have made at that path.
    /// </summary>
    /// <param name="mount">Mount point of the cgroup v2 hierarchy.</param>
    /// <param name="cgroup">The cgroup.</param>
    /// <exception cref="BpfException">It does not exist, or the kernel refuses; the message says which.</exception>
    public static void Join(string mount, CgroupPath cgroup) => new Cgroups(mount).Join(cgroup);
}
