using System.Collections.Immutable;
using System.Globalization;
using NetEdit.Adapter;
using NetEdit.Agent.Native;
using NetEdit.Model;

namespace NetEdit.Agent.Host;

/// <summary>Where policies are on this host.</summary>
/// <param name="Policies">The policies, with the paths of their units and containers.</param>
/// <param name="Awaited">Where units that have no cgroup yet may get one: below each slice there is.</param>
/// <param name="Parents">Where containers may come to be; empty when no policy is for any.</param>
internal sealed record FoundScopes(PolicySet Policies, ImmutableArray<string> Awaited, ImmutableArray<string> Parents)
{
    /// <summary>Some cgroups that cannot be scopes, since others gave them names that are no text or too long; what is below them cannot either.</summary>
    public ImmutableArray<string> Unusable { get; init; } = [];

    /// <summary>Some cgroups that cannot be listed: whoever owns them lets nobody in. Whether policies are for what is below them is not known.</summary>
    public ImmutableArray<string> Closed { get; init; } = [];

    /// <summary>Users who own cgroups of more containers than one user may have, and how many of theirs are left alone.</summary>
    public ImmutableSortedDictionary<uint, int> LeftAlone { get; init; } = ImmutableSortedDictionary<uint, int>.Empty;

    /// <summary>Cgroups of containers of which too little is known to decide whether policies are for them.</summary>
    public ImmutableArray<string> Undecided { get; init; } = [];

    /// <summary>The containers that their runtimes have reported, by path.</summary>
    public ImmutableSortedDictionary<string, ReportedContainer> Reported { get; init; } =
        ImmutableSortedDictionary<string, ReportedContainer>.Empty;

    /// <summary>Whether every policy is where it is in another set of the same policies.</summary>
    public bool AreThoseOf(PolicySet set) =>
        Policies.Policies.Zip(set.Policies).All(pair => pair.First.Scopes.SequenceEqual(pair.Second.Scopes));
}

/// <summary>
/// Finds the cgroups of systemd units, which systemd names after them, and of containers, by what their paths say. Where in the tree they are
/// is the affair of who makes them.
/// </summary>
internal static class ScopeFinder
{
    private const int Deepest = 16; // a pod of a cluster in a container of a user is at 11
    private const int MostSlices = 256;
    private const int MostParents = 2048;
    private const int MostUnusable = 4;
    private const int MostClosed = 256;
    private const int MostUndecided = 256;

    /// <summary>Containers of one user, of those below cgroups that users own: rootless ones, and whatever else a user names like a container.</summary>
    internal const int MostOfUser = 32;

    /// <summary>Finds them.</summary>
    /// <param name="policies">The policies.</param>
    /// <param name="mount">Where the cgroup v2 hierarchy is mounted; null when it is not.</param>
    /// <param name="sources">What is known about containers besides their paths.</param>
    /// <returns>Of several cgroups named after one unit, as users have them, that nearest to the root is taken, and then the first by name.</returns>
    public static FoundScopes Find(PolicySet policies, string? mount, ContainerSources? sources = null)
    {
        var units = policies.Policies.Select(policy => policy.Unit).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var containers = policies.Policies.Any(policy => policy.Container is not null);
        if (mount is null || (units.Count == 0 && !containers))
        {
            return new FoundScopes(policies, [], []);
        }

        var tree = new Tree(new FoundContainers(mount, sources ?? ContainerSources.None));
        var (unusable, closed) = (new List<string>(), new List<string>());
        foreach (
            var path in Cgroups(mount, unusable, closed)
                .OrderBy(path => CgroupPath.Depth(path.ToString()))
                .ThenBy(path => path.ToString(), StringComparer.Ordinal)
        )
        {
            tree.Add(path, units, containers);
        }

        tree.Containers.Sort();
        return new FoundScopes(
            policies with
            {
                Policies = [.. policies.Policies.Select(policy => Unseen(tree.Place(policy), tree, closed))],
            },
            [
                .. from unit in units
                where !tree.Units.ContainsKey(unit)
                from slice in tree.Slices.Prepend("")
                select $"{slice}/{unit}",
            ],
            containers ? [.. tree.Parents.Prepend("/").Take(MostParents)] : []
        )
        {
            Unusable = [.. unusable],
            Closed = [.. closed],
            LeftAlone = tree.Containers.LeftAlone,
            Undecided =
            [
                .. policies
                    .Policies.Select(policy => policy.Container)
                    .OfType<ContainerSelector>()
                    .SelectMany(selector => tree.Containers.Undecided(selector))
                    .Distinct(StringComparer.Ordinal),
            ],
            Reported = tree.Containers.Reported,
        };
    }

    /// <summary>Walks the tree, a level after the other. Users name the cgroups that were delegated to them: nothing below a name that is no text is looked at.</summary>
    private static IEnumerable<CgroupPath> Cgroups(string mount, List<string> unusable, List<string> closed)
    {
        var parents = new Queue<(string Path, int Depth)>([("", 0)]);
        while (parents.TryDequeue(out var parent))
        {
            foreach (var name in Children(mount, parent.Path, closed))
            {
                var path = $"{parent.Path}/{name}";
                if (CgroupPath.Find(path) is { } cgroup)
                {
                    yield return cgroup;
                }
                else if (unusable.Count < MostUnusable)
                {
                    unusable.Add(path);
                }

                if (parent.Depth < Deepest && CgroupPath.SegmentProblem(name) is null)
                {
                    parents.Enqueue((path, parent.Depth + 1));
                }
            }
        }
    }

    private static IEnumerable<string> Children(string mount, string path, List<string> closed)
    {
        try
        {
            return (HostFiles.List(mount + path) ?? []).Where(entry => entry.IsDirectory).Select(entry => entry.Name);
        }
        catch (BpfException refused) when (refused.IsDenied && path.Length > 0)
        {
            if (closed.Count < MostClosed)
            {
                closed.Add(path);
            }

            return [];
        }
    }

    /* A unit has one cgroup: once that is found, nothing of it is unseen. */
    private static Policy Unseen(Policy policy, Tree tree, List<string> closed)
    {
        ImmutableArray<string> undecided = policy.Container is { } selector
            ? [.. tree.Containers.Undecided(selector).Where(tree.Containers.MayBeNamed)]
            : [];
        var isFound = policy.Container is null && (policy.Unit is null || tree.Units.ContainsKey(policy.Unit));
        ImmutableArray<string> below = isFound ? [] : [.. closed];
        string[] reasons =
        [
            .. below.IsEmpty
                ? []
                : (string[])
                    [
                        $"may be below {string.Join(" or ", below.Take(MostUnusable))}, which cannot be listed "
                            + "(EACCES)",
                    ],
            .. undecided.IsEmpty
                ? []
                : (string[])
                    [
                        "may be for containers that no runtime has named yet, "
                            + $"{undecided.Length.ToString(CultureInfo.InvariantCulture)} in all: "
                            + string.Join(", ", undecided.Take(MostUnusable)),
                    ],
        ];
        return reasons.Length == 0
            ? policy
            : policy with
            {
                Unseen = new UnseenPart(string.Join("; it ", reasons), [.. below, .. undecided.Take(MostUndecided)]),
            };
    }

    /// <summary>What is found on one walk, the nearest to the root first.</summary>
    private sealed class Tree(FoundContainers found)
    {
        public FoundContainers Containers => found;

        public Dictionary<string, string> Units { get; } = new(StringComparer.Ordinal);

        public List<string> Slices { get; } = [];

        public List<string> Parents { get; } = [];

        public void Add(CgroupPath cgroup, HashSet<string> units, bool containers)
        {
            var path = cgroup.ToString();
            var name = Path.GetFileName(path);
            if (units.Contains(name))
            {
                Units.TryAdd(name, path);
            }

            if (name.EndsWith(".slice", StringComparison.Ordinal) && Slices.Count < MostSlices)
            {
                Slices.Add(path);
            }

            if (containers && found.Add(path))
            {
                Parents.Add(path);
            }
        }

        public Policy Place(Policy policy) =>
            policy.Container is { } selector ? found.Place(policy, selector)
            : policy.Unit is { } unit && Units.TryGetValue(unit, out var path) ? policy with { Scopes = [path] }
            : policy;
    }
}
