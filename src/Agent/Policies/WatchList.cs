namespace NetEdit.Agent.Policies;

/// <summary>Directories to watch, and which of their entries matter.</summary>
internal sealed class WatchList
{
    private const int MaximumLinks = 40;
    private readonly Dictionary<string, HashSet<string>?> _entries = new(StringComparer.Ordinal);

    /// <summary>By directory: the names that matter, or null when all do.</summary>
    public IReadOnlyDictionary<string, HashSet<string>?> Entries => _entries;

    /// <summary>Everything the content of some policies hangs on: their directories, and each step and link on the way to them.</summary>
    public static WatchList ForPolicies(string root)
    {
        var list = new WatchList();
        list.AddPath(root);
        var tree = PolicyTree.Walk(root);
        foreach (var directory in tree.Directories)
        {
            list._entries[Path.GetFullPath(directory)] = null;
        }

        foreach (var entry in tree.Directories.Concat(tree.Files))
        {
            if (new FileInfo(entry).LinkTarget is not null)
            {
                list.AddPath(entry);
            }
        }

        return list;
    }

    /// <summary>Whatever makes directories appear or go.</summary>
    public static WatchList ForDirectories(IEnumerable<string> paths)
    {
        var list = new WatchList();
        foreach (var path in paths)
        {
            list.AddPath(path);
        }

        return list;
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

    private void AddName(string directory, string name)
    {
        if (!_entries.TryGetValue(directory, out var names))
        {
            _entries[directory] = names = new HashSet<string>(StringComparer.Ordinal);
        }

        names?.Add(name);
    }
}
