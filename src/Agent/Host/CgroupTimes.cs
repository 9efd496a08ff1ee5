using NetEdit.Agent.Native;

namespace NetEdit.Agent.Host;

/// <summary>Finds out when cgroups were created.</summary>
internal static class CgroupTimes
{
    /// <summary>
    /// Gives the time at which a cgroup was created. The kernel keeps the time at which somebody first looked at its directory, which
    /// a container's runtime does at once, to move the first process into it.
    /// </summary>
    /// <param name="directory">Its directory.</param>
    /// <param name="id">Its id.</param>
    /// <returns>The time; null when the cgroup is gone, or another one is in its place.</returns>
    public static DateTimeOffset? CreatedAt(string directory, ulong id) =>
        SystemCalls.TimesOf(directory) is { } times && times.Inode == id ? times.Earliest : null;
}
