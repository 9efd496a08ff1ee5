using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.Agent.Host;

/// <summary>What is known about the containers of this host besides the paths of their cgroups.</summary>
/// <param name="Reported">What runtimes report, by the id of the container.</param>
/// <param name="Answering">The runtimes that have told of all their containers.</param>
/// <param name="AllAnswer">Whether all runtimes of this host have.</param>
/// <param name="Tasks">The containers that containerd runs.</param>
/// <param name="Now">The time.</param>
internal sealed record ContainerSources(
    ImmutableDictionary<string, ReportedContainer> Reported,
    ImmutableHashSet<string> Answering,
    bool AllAnswer,
    ContainerdTasks Tasks,
    DateTimeOffset Now
)
{
    /// <summary>Nothing is known; every cgroup is as if it had just been created.</summary>
    public static ContainerSources None { get; } =
        new(
            ImmutableDictionary<string, ReportedContainer>.Empty,
            [],
            false,
            ContainerdTasks.None,
            DateTimeOffset.MinValue
        );
}
