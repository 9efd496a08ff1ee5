using System.Text;

namespace NetEdit.Model;

/// <summary>
/// The path, below the cgroup v2 mount, of a cgroup that can be a scope. Others choose the names of cgroups, from all
/// bytes except <c>/</c>, line feed and NUL. A path that is read from the disk, from the kernel or from another process
/// becomes a <c>CgroupPath</c>, or it is not used.
/// </summary>
public readonly record struct CgroupPath
{
    /// <summary>
    /// Greatest length of a path, in bytes of UTF-8. The programs in the kernel store a path with a terminating zero in
    /// 512 bytes.
    /// </summary>
    public const int MostBytes = 511;

    private const int MostSegmentBytes = 255;

    private readonly string? _path;

    private CgroupPath(string path) => _path = path;

    /// <summary>The root of the hierarchy, <c>/</c>.</summary>
    public static CgroupPath Root { get; } = new("/");

    /// <summary>Reads a path from text.</summary>
    /// <param name="path">The text.</param>
    /// <returns>The path; null if <see cref="Problem"/> reports a problem.</returns>
    public static CgroupPath? Find(string path) => Problem(path) is null ? new CgroupPath(path) : null;

    /// <summary>
    /// Returns why a text is not the path of a cgroup that can be a scope, as a clause for a person; null if it is one.
    /// </summary>
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

    /// <summary>Returns why a name cannot be a part of such a path, as a clause for a person; null if it can.</summary>
    public static string? SegmentProblem(ReadOnlySpan<char> name) =>
        name is "" ? "has an empty part; write single slashes and none at the end"
        : name is "." or ".." ? $"has a part '{name}'; write the path out"
        : !Printable.IsPrintable(name) || name.Contains((char)0xfffd) ? "has characters that cannot be printed"
        : Encoding.UTF8.GetByteCount(name) > MostSegmentBytes ? $"has a part longer than {MostSegmentBytes} bytes"
        : null;

    /// <summary>Counts the levels of a path below the root. The root itself has none.</summary>
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

    /// <summary>Returns the path as text: <c>/system.slice</c>.</summary>
    public override string ToString() => _path ?? "/";
}
