using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NetEdit.Adapter.Interop;
using NetEdit.Host;

namespace NetEdit.Adapter.Ledger;

/// <summary>The cgroups below one mount of the cgroup v2 hierarchy. Users name those that were delegated to them, so every one is opened below the mount's descriptor.</summary>
internal sealed class Cgroups(string mount)
{
    private const long Magic = 0x6367_7270; /* CGROUP2_SUPER_MAGIC */

    internal string Mount => mount;

    /// <summary>Which of these exist and can be scopes, with their ids (the inode number, as bpf_get_current_cgroup_id gives it).</summary>
    /// <exception cref="BpfException">The hierarchy is not there any more, so nothing is known of any.</exception>
    internal ImmutableSortedDictionary<string, ulong> Find(IEnumerable<string> paths)
    {
        using var root = OpenRoot();
        var found = ImmutableSortedDictionary.CreateBuilder<string, ulong>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            if (CgroupPath.Find(path) is not null && Id(root, path) is var id and not 0)
            {
                found[path] = id;
            }
        }

        return found.ToImmutable();
    }

    /// <summary>The path of a cgroup by its id; null when there is none that can be a scope. Looks at every cgroup, so it is for rare needs.</summary>
    internal CgroupPath? FindPath(ulong id) =>
        id != 0 && FindPaths(new HashSet<ulong> { id }).TryGetValue(id, out var path) ? CgroupPath.Find(path) : null;

    /// <summary>
    /// The paths of cgroups by their ids, of those there still are, to be shown: among them are some that cannot be scopes. Looks at cgroups until all are found, so it
    /// is for rare needs.
    /// </summary>
    internal ImmutableSortedDictionary<ulong, string> FindPaths(IReadOnlySet<ulong> ids)
    {
        using var root = OpenRoot();
        var found = ImmutableSortedDictionary.CreateBuilder<ulong, string>();
        foreach (var path in All().Prepend("/"))
        {
            if (found.Count == ids.Count)
            {
                break;
            }

            if (Id(root, path) is var id && ids.Contains(id))
            {
                found[id] = path;
            }
        }

        return found.ToImmutable();
    }

    /// <summary>Opens a cgroup.</summary>
    /// <exception cref="BpfException">It does not exist.</exception>
    internal KernelHandle Open(string path)
    {
        if (CgroupPath.Find(path) is null)
        {
            throw new BpfException($"could not open the cgroup {Printable.Line(path)}: its path {CgroupPath.Problem(path)}");
        }

        using var root = OpenRoot();
        return OpenBelow.Open(root, Relative(path), OpenBelow.ReadOnly | OpenBelow.Directory, out var errno) ?? throw BpfError.Create($"open the cgroup {path}", errno);
    }

    /// <summary>Moves this process into a cgroup.</summary>
    /// <exception cref="BpfException">It does not exist, or the kernel refuses.</exception>
    internal unsafe void Join(CgroupPath cgroup)
    {
        using var root = OpenRoot();
        using var processes = OpenBelow.Open(root, Relative($"{(cgroup == CgroupPath.Root ? "" : cgroup)}/cgroup.procs"), OpenBelow.WriteOnly, out var errno)
            ?? throw BpfError.Create($"join the cgroup {cgroup}", errno);
        RequireCgroups(processes, $"join the cgroup {cgroup}");
        var self = (byte)'0';
        if (LibC.write(processes.Fd, &self, 1) != 1)
        {
            throw BpfError.Create($"join the cgroup {cgroup}", Marshal.GetLastPInvokeError());
        }
    }

    private IEnumerable<string> All()
    {
        var all = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
        return Directory.EnumerateDirectories(mount, "*", all).Select(path => path[mount.Length..]);
    }

    private KernelHandle OpenRoot()
    {
        var operation = $"open the cgroup v2 hierarchy at {mount}";
        var fd = LibC.open(mount, OpenBelow.PathOnly | OpenBelow.Directory | LibC.OpenRead);
        var root = fd >= 0 ? new KernelHandle(fd) : throw BpfError.Create(operation, Marshal.GetLastPInvokeError());
        return root.Into(opened =>
        {
            RequireCgroups(opened, operation);
            return opened;
        });
    }

    private static void RequireCgroups(KernelHandle opened, string operation)
    {
        if (LibC.FileSystem(opened.Fd) != Magic)
        {
            throw new BpfException($"could not {operation}: it is not on a cgroup v2 file system");
        }
    }

    private static string Relative(string path) => path == "/" ? "." : path[1..];

    private static ulong Id(KernelHandle root, string path)
    {
        using var cgroup = OpenBelow.Open(root, Relative(path), OpenBelow.PathOnly | OpenBelow.Directory, out _);
        return cgroup is null ? 0 : LibC.Inode(cgroup.Fd);
    }
}
