using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.Agent.Host;

/// <summary>What is known about the containers of this host besides the paths of their cgroups.</summary>
/// <param name="Reported">What runtimes report, by the id of the container.</param>
/// <param name="Tasks">The containers that containerd runs.</param>
/// <param name="Now">The time.</param>
internal sealed record ContainerSources(
    ImmutableDictionary<string, ReportedContainer> Reported,
    ContainerdTasks Tasks,
    DateTimeOffset Now
)
{
    /// <summary>Nothing is known; every cgroup is as if it had just been created.</summary>
    public static ContainerSources None { get; } =
        new(ImmutableDictionary<string, ReportedContainer>.Empty, ContainerdTasks.None, DateTimeOffset.MinValue);
}
