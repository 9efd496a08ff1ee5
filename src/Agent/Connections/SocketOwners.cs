using System.Globalization;
using NetEdit.Agent.Control;

namespace NetEdit.Agent.Connections;

/// <summary>Finds the processes that hold sockets, by the inodes that <c>/proc/PID/fd</c> shows.</summary>
/// <param name="proc">Where proc is mounted.</param>
internal sealed class SocketOwners(string proc = "/proc")
{
    private const string Prefix = "socket:[";

    /// <summary>The inodes of the sockets of a process; null when there is no such process, or it may not be looked at.</summary>
    public IReadOnlyList<ulong>? InodesOf(int pid)
    {
        try
        {
            return [.. Inodes(Directory(pid)).Distinct()];
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The processes of each of some sockets, by pid; none for a socket whose process may not be looked at.</summary>
    public ILookup<ulong, ProcessInfo> Find(IReadOnlySet<ulong> inodes)
    {
        var found = new List<(ulong Inode, ProcessInfo Process)>();
        if (inodes.Count > 0)
        {
            foreach (var pid in Pids())
            {
                List<ulong> held = [.. (InodesOf(pid) ?? []).Where(inodes.Contains)];
                if (held.Count > 0)
                {
                    var process = new ProcessInfo(
                        pid,
                        Text($"{Directory(pid)}/comm").Trim(),
                        Cgroup(Text($"{Directory(pid)}/cgroup"))
                    );
                    found.AddRange(held.Select(inode => (inode, process)));
                }
            }
        }

        return found.ToLookup(pair => pair.Inode, pair => pair.Process);
    }

    /// <summary>The path in the cgroup v2 hierarchy, of the lines of <c>/proc/PID/cgroup</c>; null when it has none.</summary>
    internal static string? Cgroup(string lines)
    {
        const string Unified = "0::";
        return lines
            .Split('\n')
            .FirstOrDefault(line => line.StartsWith(Unified, StringComparison.Ordinal))
            ?[Unified.Length..];
    }

    private static IEnumerable<ulong> Inodes(string directory)
    {
        foreach (var descriptor in System.IO.Directory.EnumerateFileSystemEntries(directory + "/fd"))
        {
            if (
                Target(descriptor) is { } target
                && target.StartsWith(Prefix, StringComparison.Ordinal)
                && ulong.TryParse(
                    target.AsSpan(Prefix.Length).TrimEnd(']'),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var inode
                )
            )
            {
                yield return inode;
            }
        }
    }

    private IEnumerable<int> Pids() =>
        from directory in System.IO.Directory.EnumerateDirectories(proc)
        let pid = int.TryParse(
            Path.GetFileName(directory),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : 0
        where pid > 0
        orderby pid
        select pid;

    private string Directory(int pid) => string.Create(CultureInfo.InvariantCulture, $"{proc}/{pid}");

    private static string? Target(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
