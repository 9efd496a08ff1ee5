using System.Runtime.InteropServices;
using NetEdit.Adapter.Interop;

namespace NetEdit.Adapter.Ledger;

/// <summary>
/// Finds the BPF file system that a ledger is on: the host's. What is pinned on one that only a mount namespace has is gone with the
/// last process in it.
/// </summary>
internal static class BpfFileSystem
{
    private const string Usual = "/sys/fs/bpf";
    private const string EnterHost =
        "run netedit in the mount namespace of the host, with: nsenter --target 1 --mount; replace ip "
        + "netns exec, which hides it, with: nsenter --net=/run/netns/NAME";

    /// <summary>The mount point of the file system that holds a ledger or is to hold it. It is mounted at its usual place when the host has none.</summary>
    /// <param name="ledger">Name of the ledger.</param>
    /// <returns>Where it is mounted, and whether this call mounted it.</returns>
    /// <exception cref="BpfException">It cannot be seen from here or mounted, or several hold the ledger.</exception>
    internal static (string Path, bool HasMounted) Find(string ledger)
    {
        var own = MountInfo.Read();
        var host = MountInfo.ReadOfHost();
        List<MountInfo> visible =
        [
            .. own.Where(mount => mount is { Type: "bpf", Root: "/", IsVisible: true })
                .DistinctBy(mount => mount.Device)
                .OrderByDescending(mount => mount.Target == Usual),
        ];
        if (host is not null)
        {
            var devices = host.Where(mount => mount.Type == "bpf")
                .Select(mount => mount.Device)
                .ToHashSet(StringComparer.Ordinal);
            var isHost = own.Select(mount => mount.Id).Intersect(host.Select(mount => mount.Id)).Any();
            visible.RemoveAll(mount => !devices.Contains(mount.Device));
            if (visible.Count == 0 && !isHost)
            {
                throw new BpfException(
                    devices.Count > 0
                        ? $"the BPF file system of the host cannot be seen from this mount namespace; {EnterHost}"
                        : $"the host has no BPF file system, and one mounted in this mount namespace "
                            + $"would disappear with it; mount it on the host: nsenter --target 1 --mount "
                            + $"mount -t bpf bpf {Usual}"
                );
            }
        }

        var holding = visible.Where(mount => HostFiles.Exists(Path.Combine(mount.Target, ledger))).ToList();
        if (holding.Count > 1)
        {
            throw new BpfException(
                $"more than one BPF file system holds a ledger {ledger}: "
                    + $"{string.Join(" and ", holding.Select(mount => mount.Target))}; unmount the one that "
                    + $"was mounted by mistake"
            );
        }

        if (holding.Concat(visible).FirstOrDefault() is { } found)
        {
            return (found.Target, false);
        }

        if (LibC.mount("bpf", Usual, "bpf", 0, "mode=0700") != 0)
        {
            throw BpfError.Create(
                $"mount the BPF file system at {Usual}",
                Marshal.GetLastPInvokeError(),
                "mount it yourself (mount -t bpf bpf /sys/fs/bpf) or run with CAP_SYS_ADMIN"
            );
        }

        return (Usual, true);
    }
}
