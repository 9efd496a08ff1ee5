using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Kinds;
using NetEdit.Model;

namespace NetEdit.Adapter.Ledger;

/// <summary>The cgroups below one mount of the cgroup v2 hierarchy. Users name those that were delegated to them, so every one is opened below the mount's descriptor.</summary>
internal sealed class Cgroups(string mount)
{
    private const long Magic = 0x6367_7270; /* CGROUP2_SUPER_MAGIC */

    /* ENOENT; EACCES below a cgroup whose user lets nobody in; EXDEV, ENOTDIR and ELOOP where the path leads to something else than a cgroup of this hierarchy. */
    private static readonly int[] Absent = [BpfError.Enoent, BpfError.Eacces, 18, 20, 40];

    internal string Mount => mount;

    /// <summary>Which of these exist and can be scopes, with their ids (the inode number, as bpf_get_current_cgroup_id gives it).</summary>
    /// <exception cref="BpfException">The hierarchy is not there any more, or the look failed, so nothing is known.</exception>
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
            throw new BpfException(
                $"could not open the cgroup {Printable.Line(path)}: its path {CgroupPath.Problem(path)}"
            );
        }

        using var root = OpenRoot();
        return OpenBelow.Open(root, Relative(path), OpenBelow.ReadOnly | OpenBelow.Directory, out var errno)
            ?? throw BpfError.Create($"open the cgroup {path}", errno);
    }

    /// <summary>
    /// Opens the cgroups below one, nearest first, one after the other. Users name them: each is opened by its path below the descriptor of the first, and those whose names
    /// are no text are passed over.
    /// </summary>
    /// <param name="path">The first.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="look">Called with the path, which may hold any character, and the cgroup.</param>
    /// <returns>How many were looked at, and how many were seen and not looked at.</returns>
    internal (int Looked, int Left) ForEachBelow(string path, int most, Action<string, KernelHandle> look)
    {
        var (looked, left) = (0, 0);
        using var first = Open(path);
        var waiting = new Queue<string>(NamesIn(first));
        while (waiting.TryDequeue(out var relative))
        {
            using var cgroup =
                looked < most ? OpenBelow.Open(first, relative, OpenBelow.ReadOnly | OpenBelow.Directory, out _) : null;
            if (cgroup is null)
            {
                left += looked < most && !relative.Contains((char)0xfffd) ? 0 : 1; // gone meanwhile
                continue;
            }

            looked++;
            look($"{(path == "/" ? "" : path)}/{relative}", cgroup);
            foreach (var name in NamesIn(cgroup))
            {
                waiting.Enqueue($"{relative}/{name}");
            }
        }

        return (looked, left);
    }

    /// <summary>The paths of a cgroup and of those below it by their ids, up to <see cref="ForeignPrograms.MostBelow"/> of them; empty when it is gone.</summary>
    internal ImmutableSortedDictionary<ulong, string> FindTree(string path)
    {
        var found = ImmutableSortedDictionary.CreateBuilder<ulong, string>();
        if (Find([path]).TryGetValue(path, out var id))
        {
            found[id] = path;
            _ = ForEachBelow(
                path,
                ForeignPrograms.MostBelow,
                (below, cgroup) =>
                {
                    if (LibC.TryLook(cgroup.Fd, out var status, out _))
                    {
                        found[status.Inode] = below;
                    }
                }
            );
        }

        return found.ToImmutable();
    }

    private static string[] NamesIn(KernelHandle cgroup)
    {
        try
        {
            return
            [
                .. Directory
                    .EnumerateDirectories($"/proc/self/fd/{cgroup.Fd}")
                    .Select(entry => Path.GetFileName(entry)!)
                    .Order(StringComparer.Ordinal),
            ];
        }
        catch (IOException)
        {
            return []; // gone meanwhile
        }
    }

    /// <summary>Moves this process into a cgroup.</summary>
    /// <exception cref="BpfException">It does not exist, or the kernel refuses.</exception>
    internal unsafe void Join(CgroupPath cgroup)
    {
        using var root = OpenRoot();
        using var processes =
            OpenBelow.Open(
                root,
                Relative($"{(cgroup == CgroupPath.Root ? "" : cgroup)}/cgroup.procs"),
                OpenBelow.WriteOnly,
                out var errno
            ) ?? throw BpfError.Create($"join the cgroup {cgroup}", errno);
        RequireCgroups(processes, $"join the cgroup {cgroup}");
        var self = (byte)'0';
        if (LibC.write(processes.Fd, &self, 1) != 1)
        {
            throw BpfError.Create($"join the cgroup {cgroup}", Marshal.GetLastPInvokeError());
        }
    }

    private IEnumerable<string> All()
    {
        var below = new Stack<string>([""]);
        while (below.TryPop(out var path))
        {
            foreach (var entry in Children(mount + path).Where(entry => entry.IsDirectory))
            {
                var child = $"{path}/{entry.Name}";
                yield return child;
                below.Push(child);
            }
        }
    }

    /* A user may let nobody into a cgroup: what is below it stays unseen. */
    private static IReadOnlyList<DirectoryEntry> Children(string directory)
    {
        try
        {
            return HostFiles.List(directory) ?? [];
        }
        catch (BpfException closed) when (closed.IsDenied)
        {
            return [];
        }
    }

    private KernelHandle OpenRoot()
    {
        var operation = $"open the cgroup v2 hierarchy at {mount}";
        var fd = LibC.open(mount, OpenBelow.PathOnly | OpenBelow.Directory | LibC.OpenRead);
        var root = fd >= 0 ? new KernelHandle(fd) : throw BpfError.Create(operation, Marshal.GetLastPInvokeError());
        return root.TransferTo(opened =>
        {
            RequireCgroups(opened, operation);
            return opened;
        });
    }

    private static void RequireCgroups(KernelHandle opened, string operation)
    {
        var fileSystem = LibC.FileSystem(opened.Fd, out var errno);
        if (errno != 0)
        {
            throw BpfError.Create(operation, errno);
        }

        if (fileSystem != Magic)
        {
            throw new BpfException($"could not {operation}: it is not on a cgroup v2 file system");
        }
    }

    private static string Relative(string path) => path == "/" ? "." : path[1..];

    private static ulong Id(KernelHandle root, string path)
    {
        using var cgroup = OpenBelow.Open(
            root,
            Relative(path),
            OpenBelow.PathOnly | OpenBelow.Directory,
            out var errno
        );
        if (cgroup is not null)
        {
            return LibC.TryLook(cgroup.Fd, out var found, out errno)
                ? found.Inode
                : throw BpfError.Create($"look at the cgroup {path}", errno);
        }

        return Absent.Contains(errno) ? 0UL : throw BpfError.Create($"look for the cgroup {path}", errno);
    }
}
