using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using NetEdit.Lab.Interop;

namespace NetEdit.Lab;

/// <summary>Finds what something left behind: BPF programs, maps, links and pins, network namespaces, cgroups.</summary>
public static class KernelResidue
{
    private const string NamespaceDirectory = "/run/netns";

    // By number; those that NetEdit or a test may leave. Others are shown by number.
    private static readonly Dictionary<uint, string> ProgramTypes = new()
    {
        [3] = "sched_cls",
        [6] = "xdp",
        [8] = "cgroup_skb",
        [13] = "sock_ops",
        [18] = "cgroup_sock_addr",
        [25] = "cgroup_sockopt",
        [26] = "tracing",
        [27] = "struct_ops",
        [30] = "sk_lookup",
    };

    private static readonly Dictionary<uint, string> MapTypes = new()
    {
        [1] = "hash",
        [2] = "array",
        [5] = "percpu_hash",
        [6] = "percpu_array",
        [11] = "lpm_trie",
        [24] = "sk_storage",
        [26] = "struct_ops",
        [27] = "ringbuf",
    };

    private static readonly Dictionary<uint, string> LinkTypes = new()
    {
        [0] = "being made",
        [2] = "tracing",
        [3] = "cgroup",
        [4] = "iter",
        [5] = "netns",
        [6] = "xdp",
        [9] = "struct_ops",
        [11] = "tcx",
    };

    /// <summary>
    /// Mounts the BPF file system where the host has none, as NetEdit does, and then lists what the kernel holds. A new
    /// mount
    /// holds pins of the kernel's own (<c>maps.debug</c>, <c>progs.debug</c>): a list from before it would show them as
    /// left behind.
    /// </summary>
    /// <exception cref="LabException">No permission to mount, or to list BPF objects.</exception>
    public static KernelSnapshot TakeBaseline()
    {
        if (MountTable.Find("bpf").Count == 0)
        {
            Command.Run("mount", ["-t", "bpf", "-o", "mode=0700", "bpf", "/sys/fs/bpf"]);
        }

        return Take();
    }

    /// <summary>Lists what the kernel holds now. Network namespaces are those with a name.</summary>
    /// <exception cref="LabException">No permission to list BPF objects.</exception>
    public static KernelSnapshot Take()
    {
        var items = new List<KernelItem>();
        AddObjects(items, BpfObjectKind.Program, KernelItemKind.Program, ProgramTypes);
        AddObjects(items, BpfObjectKind.Map, KernelItemKind.Map, MapTypes);
        AddObjects(items, BpfObjectKind.Link, KernelItemKind.Link, LinkTypes);
        foreach (var mount in MountTable.Find("bpf").Distinct(StringComparer.Ordinal))
        {
            AddBelow(items, mount, KernelItemKind.Pin, path => path);
        }

        if (LabCgroup.MountPoint is { } cgroups)
        {
            // The files in a cgroup are the kernel's own.
            AddBelow(items, cgroups, KernelItemKind.Cgroup, path => path[cgroups.Length..], directoriesOnly: true);
        }

        if (Directory.Exists(NamespaceDirectory))
        {
            AddBelow(items, NamespaceDirectory, KernelItemKind.Namespace, path => Path.GetFileName(path)!);
        }

        return new KernelSnapshot([.. items.OrderBy(i => i.Kind).ThenBy(i => i.Identity, StringComparer.Ordinal)]);
    }

    /// <summary>Lists the BPF links that hold a program at a cgroup.</summary>
    /// <exception cref="LabException">No permission to list BPF objects.</exception>
    public static ImmutableArray<string> LinksOf(LabCgroup cgroup)
    {
        ArgumentNullException.ThrowIfNull(cgroup);
        var id = cgroup.Id;
        return
        [
            .. BpfObjects
                .List(BpfObjectKind.Link)
                .Where(link => link.CgroupId == id)
                .Select(link => string.Create(CultureInfo.InvariantCulture, $"link {link.Id} of {cgroup.Path}")),
        ];
    }

    /// <summary>What is in the second snapshot and not in the first, a line each; empty when nothing.</summary>
    public static ImmutableArray<string> Diff(KernelSnapshot before, KernelSnapshot after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var known = before.Items.Select(i => (i.Kind, i.Identity)).ToHashSet();
        return [.. after.Items.Where(i => !known.Contains((i.Kind, i.Identity))).Select(i => i.ToString())];
    }

    /// <summary>Waits until the kernel holds nothing more than before: it frees programs and maps some time after their last user is gone.</summary>
    /// <param name="before">What may be there.</param>
    /// <param name="timeout">Bound, or null for 5 s.</param>
    /// <returns>What is there more at the end of the wait; empty when nothing.</returns>
    /// <exception cref="LabException">No permission to list BPF objects.</exception>
    public static ImmutableArray<string> WaitUntilNothingMoreThan(KernelSnapshot before, TimeSpan? timeout = null)
    {
        var limit = timeout ?? TimeSpan.FromSeconds(5);
        var watch = Stopwatch.StartNew();
        for (var pause = 2; ; pause = Math.Min(pause * 2, 100))
        {
            var more = Diff(before, Take());
            if (more.IsEmpty || watch.Elapsed > limit)
            {
                return more;
            }

            Thread.Sleep(pause);
        }
    }

    /// <summary>Name of a program type.</summary>
    internal static string ProgramType(uint type) => NameOf(type, ProgramTypes);

    private static string NameOf(uint type, Dictionary<uint, string> types) =>
        types.TryGetValue(type, out var name) ? name : string.Create(CultureInfo.InvariantCulture, $"type {type}");

    private static void AddObjects(
        List<KernelItem> items,
        BpfObjectKind objects,
        KernelItemKind kind,
        Dictionary<uint, string> types
    )
    {
        foreach (var item in BpfObjects.List(objects))
        {
            items.Add(
                new KernelItem(
                    kind,
                    item.Id.ToString(CultureInfo.InvariantCulture),
                    $"{item.Name} ({NameOf(item.Type, types)})".TrimStart()
                )
            );
        }
    }

    private static void AddBelow(
        List<KernelItem> items,
        string directory,
        KernelItemKind kind,
        Func<string, string> identity,
        bool directoriesOnly = false
    )
    {
        try
        {
            // A level at a time: a directory that goes while it is listed takes only itself out.
            foreach (
                var path in directoriesOnly
                    ? Directory.GetDirectories(directory)
                    : Directory.GetFileSystemEntries(directory)
            )
            {
                items.Add(new KernelItem(kind, identity(path), ""));
                if (Directory.Exists(path))
                {
                    AddBelow(items, path, kind, identity, directoriesOnly);
                }
            }
        }
        catch (DirectoryNotFoundException)
        {
            // Gone meanwhile.
        }
    }
}
