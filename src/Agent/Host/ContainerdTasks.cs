using System.Collections.Immutable;
using NetEdit.Adapter;
using NetEdit.Agent.Native;

namespace NetEdit.Agent.Host;

/// <summary>
/// The containers that containerd runs, by the directories that it keeps for them while they run. <c>ctr run</c> gives a container any
/// id, and the cgroup <c>/NAMESPACE/ID</c>, so the path alone does not show that it is a container.
/// </summary>
/// <param name="Cgroups">The cgroups that such containers have: <c>/NAMESPACE/ID</c>.</param>
internal sealed record ContainerdTasks(ImmutableHashSet<string> Cgroups)
{
    /// <summary>Where containerd keeps them; only root can write there.</summary>
    public const string Directory = "/run/containerd/io.containerd.runtime.v2.task";

    private const int Most = 4096;

    /// <summary>No container.</summary>
    public static ContainerdTasks None { get; } = new([]);

    /// <summary>Reads them; none if containerd does not run here, or others could have made them.</summary>
    public static ContainerdTasks Read(string directory = Directory)
    {
        try
        {
            return SystemCalls.Stat(directory)?.Owner is not 0
                ? None
                : new ContainerdTasks([
                    .. (
                        from space in List(directory)
                        from id in List($"{directory}/{space}")
                        select $"/{space}/{id}"
                    ).Take(Most),
                ]);
        }
        catch (BpfException)
        {
            return None; // without them, the containers that their paths show are still found
        }
    }

    /// <summary>Whether a cgroup holds such containers.</summary>
    public bool HasNamespace(string cgroup) =>
        Cgroups.Any(task =>
            task.Length > cgroup.Length
            && task[cgroup.Length] == '/'
            && task.StartsWith(cgroup, StringComparison.Ordinal)
        );

    private static IEnumerable<string> List(string directory) =>
        (HostFiles.List(directory) ?? []).Where(entry => entry.IsDirectory).Select(entry => entry.Name);
}
