namespace NetEdit.Adapter.Ledger;

/// <summary>A mounted file system.</summary>
/// <param name="Root">The directory of the file system that is mounted; <c>/</c> unless it is a bind mount.</param>
/// <param name="Target">Where it is mounted.</param>
/// <param name="Type">Its type.</param>
internal sealed record MountInfo(string Root, string Target, string Type)
{
    /// <summary>Reads this process's mounts.</summary>
    internal static List<MountInfo> Read() => Parse(File.ReadLines("/proc/self/mountinfo"));

    /// <summary>Reads lines of mountinfo (proc(5)): optional fields end with a lone hyphen, and octal escapes stand for blanks.</summary>
    internal static List<MountInfo> Parse(IEnumerable<string> lines)
    {
        var mounts = new List<MountInfo>();
        foreach (var line in lines)
        {
            var fields = line.Split(' ');
            var separator = Array.IndexOf(fields, "-");
            if (separator >= 6 && fields.Length > separator + 1)
            {
                mounts.Add(new MountInfo(Unescape(fields[3]), Unescape(fields[4]), fields[separator + 1]));
            }
        }

        return mounts;
    }

    /// <summary>The mount point of the cgroup v2 hierarchy, or null.</summary>
    internal static string? FindCgroup2() => Read().FirstOrDefault(mount => mount.Type == "cgroup2")?.Target;

    private static string Unescape(string field) =>
        field.Replace("\\040", " ", StringComparison.Ordinal).Replace("\\011", "\t", StringComparison.Ordinal).Replace("\\012", "\n", StringComparison.Ordinal).Replace("\\134", "\\", StringComparison.Ordinal);
}
