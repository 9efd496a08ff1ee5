using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using NetEdit.Lab.Interop;

namespace NetEdit.Lab;

/// <summary>A cgroup v2 directory with a unique name; removed, with what is below it, when disposed.</summary>
public sealed class LabCgroup : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BusyLimit = TimeSpan.FromSeconds(3);
    private static readonly SemaphoreSlim Moving = new(1, 1);

    private readonly string _mount;
    private readonly long _cleanup;
    private bool _disposed;

    private LabCgroup(string mount, string path)
    {
        (_mount, Path) = (mount, path);
        try
        {
            Directory.CreateDirectory(FullPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"create cgroup {FullPath}: {e.Message}", e);
        }

        _cleanup = LabCleanup.Register(Remove);
    }

    /// <summary>Where cgroup v2 is mounted, or null when it is not.</summary>
    public static string? MountPoint => MountTable.Find("cgroup2").FirstOrDefault();

    /// <summary>Path below the mount, as policies name it: <c>/ne-1a2b3c4d</c>.</summary>
    public string Path { get; }

    /// <summary>Path of the directory.</summary>
    public string FullPath => _mount + Path;

    /// <summary>The kernel's id of the cgroup: the inode of its directory.</summary>
    /// <exception cref="LabException">It does not exist.</exception>
    public unsafe ulong Id
    {
        get
        {
            /* struct statx: the inode is at byte 32. */
            const int Size = 256;
            const int InodeOffset = 32;
            const uint Inode = 0x100;
            const int AtCurrentDirectory = -100;
            var status = stackalloc byte[Size];
            return LabSystemCalls.Status(AtCurrentDirectory, FullPath, 0, Inode, status) == 0
                ? *(ulong*)(status + InodeOffset)
                : throw LabException.FromErrno($"read cgroup {FullPath}", Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Creates a cgroup directly below the mount.</summary>
    /// <param name="name">Its name, or null for a unique one.</param>
    /// <exception cref="LabException">cgroup v2 is not mounted, or no permission.</exception>
    public static LabCgroup Create(string? name = null) =>
        new(MountPoint ?? throw new LabException("cgroup v2 is not mounted"), "/" + (name ?? LabName.Next()));

    /// <summary>Creates a cgroup below this one.</summary>
    /// <param name="name">Its name, or null for a unique one.</param>
    /// <exception cref="LabException">No permission.</exception>
    public LabCgroup CreateChild(string? name = null) => new(_mount, Path + "/" + (name ?? LabName.Next()));

    /// <summary>Moves this process into the cgroup until the result is disposed.</summary>
    /// <remarks>
    /// A socket belongs for good to the cgroup its creator is in at that moment, so only creating it needs this. The process is in one cgroup at a time:
    /// other threads wait here, and the thread that is inside must not enter again.
    /// </remarks>
    /// <exception cref="LabException">The move is refused, or another thread has been inside for more than 30 s.</exception>
    public IDisposable Enter()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!Moving.Wait(Limit))
        {
            throw new LabException(
                $"enter cgroup {Path}: the process has been inside another cgroup for {Limit.TotalSeconds} s"
            );
        }

        try
        {
            var home = _mount + Current();
            Move(FullPath, Environment.ProcessId);
            return new Membership(home);
        }
        catch
        {
            Moving.Release();
            throw;
        }
    }

    /// <summary>Removes the cgroup; processes still inside go to the one above.</summary>
    /// <exception cref="LabException">It is still busy after 3 s.</exception>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        LabCleanup.Forget(_cleanup);
        Remove();
    }

    /// <summary>Path below the mount of the cgroup v2 this process is in.</summary>
    private static string Current()
    {
        var line = File.ReadLines("/proc/self/cgroup")
            .FirstOrDefault(l => l.StartsWith("0::", StringComparison.Ordinal));
        return line?[3..].TrimEnd('/') ?? throw new LabException("this process is in no cgroup v2");
    }

    private static void Move(string directory, int process)
    {
        try
        {
            File.WriteAllText(directory + "/cgroup.procs", process.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"move process {process} into {directory}: {e.Message}", e);
        }
    }

    private void Remove()
    {
        if (!Directory.Exists(FullPath))
        {
            return;
        }

        // Deepest first.
        foreach (
            var directory in Directory
                .GetDirectories(FullPath, "*", SearchOption.AllDirectories)
                .OrderByDescending(d => d.Length)
                .Append(FullPath)
        )
        {
            RemoveOne(directory);
        }
    }

    private void RemoveOne(string directory)
    {
        var watch = Stopwatch.StartNew();
        while (Directory.Exists(directory))
        {
            try
            {
                Empty(directory);
                Directory.Delete(directory);
            }
            catch (DirectoryNotFoundException)
            {
                return;
            }
            catch (IOException e)
            {
                // A process that has just ended keeps it busy for a moment.
                if (watch.Elapsed > BusyLimit)
                {
                    throw new LabException($"remove cgroup {directory}: {e.Message}", e);
                }

                Thread.Sleep(5);
            }
        }
    }

    private void Empty(string directory)
    {
        foreach (var process in File.ReadLines(directory + "/cgroup.procs").ToArray())
        {
            try
            {
                Move(System.IO.Path.GetDirectoryName(FullPath)!, int.Parse(process, CultureInfo.InvariantCulture));
            }
            catch (LabException)
            {
                // It has ended meanwhile; if it has not, removing fails and says so.
            }
        }
    }

    private sealed class Membership(string home) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) != 0)
            {
                return;
            }

            try
            {
                Move(home, Environment.ProcessId);
            }
            finally
            {
                Moving.Release();
            }
        }
    }
}
