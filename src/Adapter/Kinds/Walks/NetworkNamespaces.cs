using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;

namespace NetEdit.Adapter.Kinds;

/// <summary>
/// The network namespaces of the host: those of its processes, and those mounted by name. One that only a descriptor keeps is
/// not found.
/// </summary>
internal static class NetworkNamespaces
{
    private const string Own = "/proc/self/ns/net";
    private const string Prefix = "net:[";
    private const int CloneNewNet = 0x40000000;
    private const int Ended = 3; /* ESRCH */
    private const int NoLink = 22; /* EINVAL */
    private const int NoNamespace = 22; /* EINVAL */

    /// <summary>Calls a function in every namespace, on a thread that ends afterwards.</summary>
    /// <param name="function">Must start no thread: it would stay in the namespace.</param>
    /// <returns>How many there were, and how many processes may be in others that cannot be seen without CAP_SYS_PTRACE.</returns>
    /// <exception cref="BpfException">A namespace cannot be entered.</exception>
    internal static (int Visited, int Hidden) ForEach(Action function) => Visit(_ => true, function);

    /// <summary>Calls a function in one namespace, on a thread that ends afterwards; false when there is no such namespace.</summary>
    /// <param name="inode">Its inode.</param>
    /// <param name="function">Must start no thread: it would stay in the namespace.</param>
    /// <exception cref="BpfException">The namespace cannot be entered.</exception>
    internal static bool In(ulong inode, Action function)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{inode}]");
        return Visit(found => found == name, function).Visited > 0;
    }

    /// <summary>How many processes may be in namespaces that cannot be seen without CAP_SYS_PTRACE.</summary>
    /// <exception cref="BpfException">A process cannot be looked at for another reason.</exception>
    internal static int CountHidden() => Open([], _ => false);

    private static (int Visited, int Hidden) Visit(Predicate<string> isWanted, Action function)
    {
        var handles = new List<KernelHandle>();
        int hidden;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Visit(handles, function);
            }
            catch (BpfException refused)
            {
                failure = ExceptionDispatchInfo.Capture(refused);
            }
        })
        {
            IsBackground = true,
            Name = "network namespaces",
        };
        try
        {
            hidden = Open(handles, isWanted);
            thread.Start();
            thread.Join();
        }
        finally
        {
            handles.ForEach(handle => handle.Dispose());
        }

        failure?.Throw();
        return (handles.Count, hidden);
    }

    /* Compiled at once and not again: the runtime starts the thread that compiles anew from whichever thread is running. */
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Visit(List<KernelHandle> handles, Action function)
    {
        foreach (var handle in handles)
        {
            if (LibC.setns(handle.Fd, CloneNewNet) != 0)
            {
                if (Marshal.GetLastPInvokeError() == NoNamespace)
                {
                    /* Its mount went before it was opened, and the file below was opened. */
                    continue;
                }

                throw BpfError.Create(
                    "enter a network namespace",
                    Marshal.GetLastPInvokeError(),
                    "it needs CAP_SYS_ADMIN"
                );
            }

            function();
        }
    }

    /* That of this process comes first: what runs for the first time there runs where it may. */
    private static int Open(List<KernelHandle> handles, Predicate<string> isWanted)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var hidden = 0;
        foreach (var path in Paths())
        {
            var name = NameOf(path, out var errno);
            if (name is not null && isWanted(name) && !seen.Contains(name))
            {
                var fd = LibC.open(path, LibC.OpenRead);
                if (fd >= 0)
                {
                    seen.Add(name);
                    handles.Add(new KernelHandle(fd));
                    continue;
                }

                errno = Marshal.GetLastPInvokeError();
            }

            hidden += errno switch
            {
                0 or BpfError.Enoent or Ended => 0,
                BpfError.Eperm or BpfError.Eacces => 1,
                _ => throw BpfError.OfFile($"look at the network namespace {path}", errno),
            };
        }

        return hidden;
    }

    private static IEnumerable<string> Paths()
    {
        /* Of the first process it is that of the host, as this one's is; some hosts hide it from everybody. */
        yield return Own;
        foreach (
            var process in (HostFiles.List("/proc") ?? []).Where(entry =>
                char.IsAsciiDigit(entry.Name[^1]) && entry.Name != "1"
            )
        )
        {
            yield return $"/proc/{process.Name}/ns/net";
        }

        foreach (
            var mount in MountInfo
                .Read()
                .Where(mount => mount.Type == "nsfs" && mount.Root.StartsWith(Prefix, StringComparison.Ordinal))
        )
        {
            yield return mount.Target;
        }
    }

    /* A process's is a symbolic link that names it; of a mount, its inode is the same number. */
    private static string? NameOf(string path, out int errno)
    {
        if (HostFiles.TryReadLink(path, out errno) is { } target)
        {
            return target;
        }

        return errno == NoLink && LibC.TryLook(path, followsLinks: true, out var mounted, out errno)
            ? string.Create(CultureInfo.InvariantCulture, $"{Prefix}{mounted.Inode}]")
            : null;
    }
}
