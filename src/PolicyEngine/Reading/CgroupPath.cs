namespace NetEdit.PolicyEngine;

/// <summary>Paths of cgroups below the cgroup v2 mount.</summary>
internal static class CgroupPath
{
    private const int LongestSegment = 255;

    /// <summary>Why a text is no path of a cgroup, a clause for a person; null when it is one.</summary>
    public static string? Error(string path)
    {
        if (!path.StartsWith('/'))
        {
            return "must be absolute below the cgroup v2 mount, as in /system.slice";
        }

        if (path.Length > PolicyLimits.PathLength)
        {
            return $"is longer than {PolicyLimits.PathLength} characters";
        }

        if (!Shown.IsPrintable(path))
        {
            return "has characters that cannot be printed";
        }

        if (path.Length == 1)
        {
            return null;
        }

        foreach (var segment in path[1..].Split('/'))
        {
            switch (segment)
            {
                case "":
                    return "has an empty part; write single slashes and none at the end";
                case "." or "..":
                    return $"has a part '{segment}'; write the path out";
                case { Length: > LongestSegment }:
                    return $"has a part longer than {LongestSegment} characters";
                default:
                    break;
            }
        }

        return null;
    }

    /// <summary>Levels below the root; the root has none.</summary>
    public static int Depth(string path) => path.Length == 1 ? 0 : path.Count(c => c == '/');

    /// <summary>The path and every path above it, the narrowest first.</summary>
    public static IEnumerable<string> SelfAndAncestors(string path)
    {
        for (var end = path.Length; end > 1; end = path.LastIndexOf('/', end - 1))
        {
            yield return path[..end];
        }

        yield return "/";
    }
}
