using NetEdit.Agent.Native;

namespace NetEdit.Agent.Policies;

/// <summary>Tells when a watched entry has come, gone, or been written to the end.</summary>
internal sealed class PathWatcher : IDisposable
{
    private const InotifyEvents Mask = InotifyEvents.Names | InotifyEvents.CloseWrite;
    private readonly Lock _gate = new();
    private readonly Inotify _inotify = new();
    private readonly Action _changed;
    private readonly Thread _thread;
    private Dictionary<int, (string Directory, HashSet<string>? Names)> _watches = [];
    private volatile bool _closing;

    /// <summary>Starts to wait; nothing is watched yet.</summary>
    /// <param name="name">Name of the thread.</param>
    /// <param name="changed">Called on that thread; must not block.</param>
    public PathWatcher(string name, Action changed)
    {
        _changed = changed;
        _thread = new Thread(Run, 256 * 1024) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>
    /// Watches these directories from now on. A path that leads elsewhere than before is watched anew. Call it before reading what is
    /// watched: then no change is missed.
    /// </summary>
    public void Watch(WatchList list)
    {
        var watches = new Dictionary<int, (string Directory, HashSet<string>? Names)>();
        lock (_gate)
        {
            foreach (var (directory, names) in list.Entries)
            {
                if (_inotify.TryWatch(directory, Mask, out var watch))
                {
                    // Two paths may lead to one directory.
                    watches[watch] = watches.TryGetValue(watch, out var known)
                        ? (directory, known.Names is null || names is null ? null : [.. known.Names, .. names])
                        : (directory, names);
                }
            }

            foreach (var watch in _watches.Keys)
            {
                if (!watches.ContainsKey(watch))
                {
                    _inotify.Remove(watch);
                }
            }

            _watches = watches;
        }
    }

    public void Dispose()
    {
        _closing = true;
        lock (_gate)
        {
            // The end of a watch is an event too: it wakes the reader.
            if (_inotify.TryWatch("/", Mask, out var watch))
            {
                _inotify.Remove(watch);
            }
        }

        _thread.Join();
        _inotify.Dispose();
    }

    private void Run()
    {
        Span<byte> buffer = stackalloc byte[16 * 1024];
        while (!_closing)
        {
            var matters = false;
            foreach (var entry in _inotify.Read(buffer))
            {
                matters |= Matters(entry);
            }

            if (matters && !_closing)
            {
                _changed();
            }
        }
    }

    private bool Matters(InotifyEvent entry)
    {
        if (entry.Events.HasFlag(InotifyEvents.Overflow))
        {
            return true;
        }

        (string Directory, HashSet<string>? Names) watch;
        lock (_gate)
        {
            if (!_watches.TryGetValue(entry.Watch, out watch) || (entry.Events & Mask) == InotifyEvents.None)
            {
                return false;
            }
        }

        if (watch.Names is { } names)
        {
            return names.Contains(entry.Name);
        }

        // A link may be what others are read through, whatever its name: Kubernetes swaps "..data".
        return !PolicyTree.IsTemporary(entry.Name)
            || (!entry.Events.HasFlag(InotifyEvents.IsDirectory) && new FileInfo(Path.Combine(watch.Directory, entry.Name)).LinkTarget is not null);
    }
}
