using System.Globalization;
using NetEdit.Adapter.Interop;

namespace NetEdit.Adapter.Ledger;

/// <summary>A mounted file system.</summary>
/// <param name="Id">The kernel's number of the mount: no two namespaces share one.</param>
/// <param name="Device">Number of the file system, <c>0:39</c>: the same wherever it is mounted.</param>
/// <param name="Root">The directory of the file system that is mounted; <c>/</c> unless it is a bind mount.</param>
/// <param name="Target">Where it is mounted.</param>
/// <param name="Type">Its type.</param>
internal sealed record MountInfo(int Id, string Device, string Root, string Target, string Type)
{
    private const ulong TopOfCgroups = 1;

    /// <summary>Whether this is what its path leads to: another mount may lie over it.</summary>
    /// <exception cref="BpfException">That cannot be looked at.</exception>
    internal bool IsVisible => LibC.Look(Target)?.Device == Device;

    /// <summary>Reads this process's mounts.</summary>
    /// <exception cref="BpfException">They cannot be read.</exception>
    internal static IReadOnlyList<MountInfo> Read() => MountList.Own.Read();

    /// <summary>Reads the mounts of the first process, which are the host's; null when it is hidden from this one.</summary>
    /// <exception cref="BpfException">They cannot be read for another reason.</exception>
    internal static IReadOnlyList<MountInfo>? ReadOfHost()
    {
        try
        {
            return MountList.Host.Read();
        }
        catch (BpfException hidden) when (hidden.Errno is BpfError.Enoent or BpfError.Eacces or BpfError.Eperm)
        {
            return null;
        }
    }

    /// <summary>Reads lines of mountinfo (proc(5)): optional fields end with a lone hyphen, and octal escapes stand for blanks.</summary>
    internal static List<MountInfo> Parse(IEnumerable<string> lines)
    {
        var mounts = new List<MountInfo>();
        foreach (var line in lines)
        {
            var fields = line.Split(' ');
            var separator = Array.IndexOf(fields, "-");
            if (
                separator >= 6
                && fields.Length > separator + 1
                && int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            )
            {
                mounts.Add(
                    new MountInfo(id, fields[2], Unescape(fields[3]), Unescape(fields[4]), fields[separator + 1])
                );
            }
        }

        return mounts;
    }

    /// <summary>
    /// The mount point of the cgroup v2 hierarchy, or null. Only one from its top on counts: in a cgroup namespace, or behind a bind mount,
    /// the paths of policies would lead to other cgroups than they name.
    /// </summary>
    /// <exception cref="BpfException">That cannot be looked at.</exception>
    internal static string? FindCgroup2() =>
        Read()
            .FirstOrDefault(mount => mount.Type == "cgroup2" && LibC.Look(mount.Target)?.Inode == TopOfCgroups)
            ?.Target;

    private static string Unescape(string field) =>
        field
            .Replace("\\040", " ", StringComparison.Ordinal)
            .Replace("\\011", "\t", StringComparison.Ordinal)
            .Replace("\\012", "\n", StringComparison.Ordinal)
            .Replace("\\134", "\\", StringComparison.Ordinal);
}
