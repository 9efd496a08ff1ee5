using System.ComponentModel;
using NetEdit.Agent.Native;

namespace NetEdit.Agent.Policies;

/// <summary>Tells when a watched entry has come, gone, or been written to the end.</summary>
internal sealed class PathWatcher : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Inotify _inotify = new();
    private readonly Action _changed;
    private readonly Thread _thread;
    private Dictionary<int, WatchedDirectory> _watches = [];
    private WatchList _list = WatchList.Empty;
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
    /// <returns>Why some of them are not watched; null when all are that exist.</returns>
    public string? Watch(WatchList list)
    {
        string? problem = null;
        var watches = new Dictionary<int, WatchedDirectory>();
        lock (_gate)
        {
            foreach (var entry in list.Entries)
            {
                if (_inotify.TryWatch(entry.Directory, list.Events, out var watch, out var errno))
                {
                    watches[watch] = watches.TryGetValue(watch, out var known) ? known.And(entry) : entry;
                }
                else if (errno is not (SystemCalls.ENOENT or SystemCalls.ENOTDIR))
                {
                    problem ??=
                        errno == SystemCalls.ENOSPC
                            ? "all inotify watches of this user are in use (ENOSPC); raise fs.inotify.max_user_watches"
                            : $"inotify does not watch some directories: {new Win32Exception(errno).Message}";
                }
            }

            foreach (var watch in _watches.Keys)
            {
                if (!watches.ContainsKey(watch))
                {
                    _inotify.Remove(watch);
                }
            }

            (_watches, _list) = (watches, list);
        }

        return problem;
    }

    public void Dispose()
    {
        _closing = true;
        _inotify.Close();
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

        WatchedDirectory? watched;
        WatchList list;
        lock (_gate)
        {
            list = _list;
            if (!_watches.TryGetValue(entry.Watch, out watched) || (entry.Events & list.Events) == InotifyEvents.None)
            {
                return false;
            }
        }

        return watched.Names.Contains(entry.Name)
            || (watched.Whole && list.Matters(Path.Combine(watched.Directory, entry.Name)));
    }
}
