using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NetEdit.Adapter.Interop;

namespace NetEdit.Adapter.Ledger;

/// <summary>The cgroups below one mount of the cgroup v2 hierarchy.</summary>
internal sealed unsafe class Cgroups(string mount)
{
    internal string Mount => mount;

    /// <summary>Which of these exist, with their ids (the inode number, as bpf_get_current_cgroup_id gives it).</summary>
    internal ImmutableSortedDictionary<string, ulong> Find(IEnumerable<string> paths)
    {
        var found = ImmutableSortedDictionary.CreateBuilder<string, ulong>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            if (Id(path) is var id and not 0)
            {
                found[path] = id;
            }
        }

        return found.ToImmutable();
    }

    /// <summary>The path of a cgroup by its id; null when there is none. Looks at every cgroup, so it is for rare needs.</summary>
    internal string? FindPath(ulong id)
    {
        if (id == 0 || Id("/") == id)
        {
            return id == 0 ? null : "/";
        }

        return All().FirstOrDefault(path => Id(path) == id);
    }

    /// <summary>The paths of cgroups by their ids, of those there still are. Looks at cgroups until all are found, so it is for rare needs.</summary>
    internal ImmutableSortedDictionary<ulong, string> FindPaths(IReadOnlySet<ulong> ids)
    {
        var found = ImmutableSortedDictionary.CreateBuilder<ulong, string>();
        foreach (var path in All().Prepend("/"))
        {
            if (found.Count == ids.Count)
            {
                break;
            }

            if (Id(path) is var id && ids.Contains(id))
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
        var fd = LibC.open(FullPath(path), LibC.OpenDirectory);
        return fd >= 0 ? new KernelHandle(fd) : throw BpfError.Create($"open the cgroup {path}", Marshal.GetLastPInvokeError());
    }

    private IEnumerable<string> All()
    {
        var all = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
        return Directory.EnumerateDirectories(mount, "*", all).Select(path => path[mount.Length..]);
    }

    private string FullPath(string path) => path == "/" ? mount : mount + path;

    private ulong Id(string path) => LibC.Inode(FullPath(path));
}
