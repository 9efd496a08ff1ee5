using NetEdit.Agent.Host;
using NetEdit.Agent.Native;

namespace NetEdit.Agent.Policies;

/// <summary>A directory to watch.</summary>
/// <param name="Directory">Its path.</param>
/// <param name="Names">Names of entries that matter.</param>
/// <param name="Whole">Whether other entries may matter, too: <see cref="WatchList.Matters"/> says which.</param>
internal sealed record WatchedDirectory(string Directory, HashSet<string> Names, bool Whole)
{
    /// <summary>The same directory, watched for what another names as well: two paths may lead to one.</summary>
    public WatchedDirectory And(WatchedDirectory other) =>
        other with
        {
            Names = [.. Names, .. other.Names],
            Whole = Whole || other.Whole,
        };
}

/// <summary>Directories to watch, and which of their entries matter.</summary>
internal sealed class WatchList
{
    private const int MaximumLinks = 40;
    private readonly Dictionary<string, WatchedDirectory> _entries = new(StringComparer.Ordinal);

    private WatchList(InotifyEvents events, Func<string, bool> matters) => (Events, Matters) = (events, matters);

    /// <summary>Nothing.</summary>
    public static WatchList Empty => new(InotifyEvents.None, _ => false);

    /// <summary>The directories.</summary>
    public IReadOnlyCollection<WatchedDirectory> Entries => _entries.Values;

    /// <summary>What may happen to an entry that matters.</summary>
    public InotifyEvents Events { get; }

    /// <summary>Whether an entry of a directory that is watched as a whole matters, by its path.</summary>
    public Func<string, bool> Matters { get; }

    /// <summary>Everything the content of some policies hangs on: their directories, and each step and link on the way to them.</summary>
    /// <param name="roots">Paths of the directories or files.</param>
    public static WatchList ForPolicies(params IEnumerable<string> roots)
    {
        var list = new WatchList(InotifyEvents.Names | InotifyEvents.CloseWrite, PolicyTree.Matters);
        foreach (var root in roots)
        {
            list.AddPolicies(root);
        }

        return list;
    }

    /// <summary>Whatever makes cgroups appear or go.</summary>
    /// <param name="paths">Those that are known by their paths.</param>
    /// <param name="parents">Those in which containers may be.</param>
    public static WatchList ForCgroups(IEnumerable<string> paths, IEnumerable<string> parents)
    {
        var list = new WatchList(
            InotifyEvents.Names,
            path => ContainerPath.Labels(path) is not null || ContainerPath.MayHoldContainers(path)
        );
        foreach (var path in paths)
        {
            list.AddPath(path);
        }

        foreach (var parent in parents)
        {
            list.AddWhole(parent);
        }

        return list;
    }

    private void AddPolicies(string root)
    {
        var roots = PolicyLayers.OfHost.Of(root);
        foreach (var layer in roots)
        {
            AddPath(layer);
        }

        var tree = PolicyTree.Walk(roots);
        foreach (var directory in tree.Directories)
        {
            AddWhole(Path.GetFullPath(directory));
        }

        foreach (var entry in tree.Directories.Concat(tree.Files).Concat(tree.Awaited))
        {
            if (new FileInfo(entry).LinkTarget is not null)
            {
                AddPath(entry);
            }
        }
    }

    /// <summary>Adds each step of a path, and of what it links to, as a name in the directory that holds it.</summary>
    private void AddPath(string path)
    {
        var pending = new Queue<string>([Path.GetFullPath(path)]);
        for (var links = 0; links <= MaximumLinks && pending.TryDequeue(out var next); links++)
        {
            for (var step = next; Path.GetDirectoryName(step) is { } parent; step = parent)
            {
                AddName(parent, Path.GetFileName(step));
                if (new FileInfo(step).LinkTarget is { } target)
                {
                    pending.Enqueue(Path.GetFullPath(target + next[step.Length..], parent));
                }
            }
        }
    }

    private void AddName(string directory, string name) => Entry(directory).Names.Add(name);

    private void AddWhole(string directory) => _entries[directory] = Entry(directory) with { Whole = true };

    private WatchedDirectory Entry(string directory)
    {
        if (!_entries.TryGetValue(directory, out var entry))
        {
            _entries[directory] = entry = new WatchedDirectory(
                directory,
                new HashSet<string>(StringComparer.Ordinal),
                Whole: false
            );
        }

        return entry;
    }
}
