using NetEdit.Adapter;
using NetEdit.Agent.Native;

namespace NetEdit.Agent.Host;

/// <summary>Finds cgroups that were created for a container in which nothing was ever run.</summary>
internal static class CgroupUse
{
    /// <summary>Time that a runtime may take from the creation of a cgroup to the first process in it.</summary>
    public static readonly TimeSpan StartTime = TimeSpan.FromMinutes(1);

    /// <summary>Returns whether no process has ever been in a cgroup, although there was time for one.</summary>
    /// <param name="directory">Its directory.</param>
    /// <param name="now">The time.</param>
    public static bool IsAbandoned(string directory, DateTimeOffset now)
    {
        if (SystemCalls.TimesOf(directory) is not { } times || now - times.Earliest < StartTime)
        {
            return false;
        }

        try
        {
            // A process that has ended has used the processor.
            return Has($"{directory}/cgroup.events", "populated 0") && Has($"{directory}/cpu.stat", "usage_usec 0");
        }
        catch (BpfException)
        {
            return false; // it is gone, or cannot be read
        }
    }

    private static bool Has(string file, string line) => HostFiles.ReadText(file).Split('\n').Contains(line);
}
