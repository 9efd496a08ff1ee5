using System.Text;

namespace NetEdit.Model;

/// <summary>
/// Path of a cgroup below the cgroup v2 mount that can be a scope. Others choose the names of cgroups, with every byte but <c>/</c>, line feed and NUL:
/// a path read from the disk, from the kernel or from another process becomes one of these, or is not used.
/// </summary>
public readonly record struct CgroupPath
{
    /// <summary>Most bytes of a path in UTF-8: the programs in the kernel keep it with a zero in 512.</summary>
    public const int MostBytes = 511;

    private const int MostSegmentBytes = 255;

    private readonly string? _path;

    private CgroupPath(string path) => _path = path;

    /// <summary>The root of the hierarchy.</summary>
    public static CgroupPath Root { get; } = new("/");

    /// <summary>Reads a path.</summary>
    /// <param name="path">The text.</param>
    /// <returns>The path; null when <see cref="Problem"/> has something to say about it.</returns>
    public static CgroupPath? Find(string path) => Problem(path) is null ? new CgroupPath(path) : null;

    /// <summary>Says why a text is not the path of a cgroup that can be a scope: a clause for a person; null when it is one.</summary>
    public static string? Problem(string path)
    {
        if (!path.StartsWith('/'))
        {
            return "must be absolute below the cgroup v2 mount, as in /system.slice";
        }

        if (Encoding.UTF8.GetByteCount(path) > MostBytes)
        {
            return $"is longer than {MostBytes} bytes";
        }

        if (path.Length == 1)
        {
            return null;
        }

        foreach (var segment in path[1..].Split('/'))
        {
            if (SegmentProblem(segment) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    /// <summary>Says why a name cannot be a part of such a path; null when it can.</summary>
    public static string? SegmentProblem(ReadOnlySpan<char> name) =>
        name is "" ? "has an empty part; write single slashes and none at the end"
        : name is "." or ".." ? $"has a part '{name}'; write the path out"
        : !Printable.IsPrintable(name) || name.Contains((char)0xfffd) ? "has characters that cannot be printed"
        : Encoding.UTF8.GetByteCount(name) > MostSegmentBytes ? $"has a part longer than {MostSegmentBytes} bytes"
        : null;

    /// <summary>Counts the levels below the root; the root has none.</summary>
    public static int Depth(string path) => path.Length == 1 ? 0 : path.Count(c => c == '/');

    /// <summary>Lists the path and every path above it, the narrowest first.</summary>
    public static IEnumerable<string> SelfAndAncestors(string path)
    {
        for (var end = path.Length; end > 1; end = path.LastIndexOf('/', end - 1))
        {
            yield return path[..end];
        }

        yield return "/";
    }

    /// <summary>The path as text: <c>/system.slice</c>.</summary>
    public override string ToString() => _path ?? "/";
}
