using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.Agent.Host;

/// <summary>
/// The containers that are found on one walk of the cgroup tree. A path says where a container is. What a runtime reports about an id
/// belongs only to a cgroup of root that is in no other container: a user can name a cgroup after a container of somebody else, and
/// so can a container that may create cgroups.
/// </summary>
/// <param name="mount">Where the hierarchy is mounted.</param>
/// <param name="sources">What is known besides.</param>
internal sealed class FoundContainers(string mount, ContainerSources sources)
{
    private readonly SortedDictionary<string, ContainerFacts> _containers = new(StringComparer.Ordinal);
    private readonly CgroupOwners _owners = new(mount);
    private ImmutableArray<string> _inOrder = [];
    private ImmutableArray<string> _leftAlone = [];

    /// <summary>Users who own cgroups of more containers than one user may have, and how many of theirs are left alone.</summary>
    public ImmutableSortedDictionary<uint, int> LeftAlone { get; private set; } =
        ImmutableSortedDictionary<uint, int>.Empty;

    /// <summary>The containers that their runtimes have reported, by path.</summary>
    public ImmutableSortedDictionary<string, ReportedContainer> Reported =>
        _containers
            .Where(container => container.Value.Reported is not null)
            .ToImmutableSortedDictionary(
                container => container.Key,
                container => container.Value.Reported!,
                StringComparer.Ordinal
            );

    /// <summary>Adds a cgroup if it is a container. The cgroups around it have been added before.</summary>
    /// <returns>Whether containers may come to be right inside it.</returns>
    public bool Add(string path)
    {
        if (Facts(path) is { } facts)
        {
            if (facts.Reported is not { IsSandbox: true } && !CgroupUse.IsAbandoned(mount + path, sources.Now))
            {
                _containers.Add(path, facts);
            }

            return true;
        }

        return ContainerPath.MayHoldContainers(path) || sources.Tasks.HasNamespace(path);
    }

    /// <summary>
    /// Orders the containers: root's by path, then those of users, who take turns. A user who makes cgroups that look like containers pushes out nobody else's.
    /// </summary>
    public void Sort()
    {
        var byOwner = _containers.Keys.GroupBy(_owners.Of).ToList();
        var ofUsers =
            from owner in byOwner
            where owner.Key != 0
            from container in owner.Take(ScopeFinder.MostOfUser).Select((path, turn) => (path, turn))
            orderby container.turn
            select container.path;
        _inOrder = [.. byOwner.Where(owner => owner.Key == 0).SelectMany(owner => owner), .. ofUsers];
        _leftAlone =
        [
            .. byOwner.Where(owner => owner.Key != 0).SelectMany(owner => owner.Skip(ScopeFinder.MostOfUser)),
        ];
        LeftAlone = byOwner
            .Where(owner => owner.Key != 0 && owner.Count() > ScopeFinder.MostOfUser)
            .ToImmutableSortedDictionary(owner => owner.Key, owner => owner.Count() - ScopeFinder.MostOfUser);
    }

    /// <summary>Gives a policy its containers.</summary>
    public Policy Place(Policy policy, ContainerSelector selector) =>
        policy with
        {
            Scopes = [.. _inOrder.Where(path => selector.Selects(_containers[path]) == true)],
            LeftAlone = _leftAlone.Count(path => selector.Selects(_containers[path]) == true),
        };

    /// <summary>The containers of root of which it is not known whether a selector selects them.</summary>
    public ImmutableArray<string> Undecided(ContainerSelector selector) =>
        [.. _inOrder.Where(path => selector.Selects(_containers[path]) is null && _owners.Of(path) == 0)];

    /// <summary>Whether the runtime of a container may yet name it.</summary>
    public bool MayBeNamed(string path) =>
        _containers[path].Path.TryGetValue(ContainerLabels.Runtime, out var runtime)
            ? !sources.Answering.Contains(runtime)
            : !sources.AllAnswer;

    private ContainerFacts? Facts(string path)
    {
        if (ContainerPath.Labels(path) is { } labels)
        {
            var reported =
                labels.TryGetValue(ContainerLabels.Id, out var id)
                && sources.Reported.TryGetValue(id, out var container)
                && labels.GetValueOrDefault(ContainerLabels.Runtime, container.Runtime) == container.Runtime
                && _owners.Of(path) == 0
                && !IsInContainer(path)
                    ? container
                    : null;
            return new ContainerFacts(labels, reported);
        }

        return sources.Tasks.Cgroups.Contains(path) && _owners.Of(path) == 0
            ? new ContainerFacts(ContainerPath.TaskLabels(path), null)
            : null;
    }

    private static bool IsInContainer(string path)
    {
        for (
            var around = Path.GetDirectoryName(path);
            around is { Length: > 1 };
            around = Path.GetDirectoryName(around)
        )
        {
            if (ContainerPath.Labels(around) is not null)
            {
                return true;
            }
        }

        return false;
    }
}
