using System.Collections.Immutable;
using System.IO.Enumeration;
using NetEdit.Host;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Host;

/// <summary>Where policies are on this host.</summary>
/// <param name="Policies">The policies, with the paths of their units and containers.</param>
/// <param name="Awaited">Where units that have no cgroup yet may get one: below each slice there is.</param>
/// <param name="Parents">Where containers may come to be; empty when no policy is for any.</param>
internal sealed record FoundScopes(PolicySet Policies, ImmutableArray<string> Awaited, ImmutableArray<string> Parents)
{
    /// <summary>Some cgroups that cannot be scopes, since others gave them names that are no text or too long; what is below them cannot either.</summary>
    public ImmutableArray<string> Unusable { get; init; } = [];

    /// <summary>Whether every policy is where it is in another set of the same policies.</summary>
    public bool AreThoseOf(PolicySet set) => Policies.Policies.Zip(set.Policies).All(pair => pair.First.Scopes.SequenceEqual(pair.Second.Scopes));
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

    private static readonly EnumerationOptions Walk = new()
    {
        RecurseSubdirectories = true,
        MaxRecursionDepth = Deepest,
        IgnoreInaccessible = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    /// <summary>Finds them.</summary>
    /// <param name="policies">The policies.</param>
    /// <param name="mount">Where the cgroup v2 hierarchy is mounted; null when it is not.</param>
    /// <returns>Of several cgroups named after one unit, as users have them, that nearest to the root is taken, and then the first by name.</returns>
    public static FoundScopes Find(PolicySet policies, string? mount)
    {
        var units = policies.Policies.Select(policy => policy.Unit).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var containers = policies.Policies.Any(policy => policy.Container is not null);
        if (mount is null || (units.Count == 0 && !containers))
        {
            return new FoundScopes(policies, [], []);
        }

        var tree = new Tree();
        var unusable = new List<string>();
        foreach (var path in Cgroups(mount, unusable).OrderBy(path => CgroupPath.Depth(path.ToString())).ThenBy(path => path.ToString(), StringComparer.Ordinal))
        {
            tree.Add(path, units, containers);
        }

        return new FoundScopes(
            policies with { Policies = [.. policies.Policies.Select(tree.Place)] },
            [.. from unit in units where !tree.Units.ContainsKey(unit) from slice in tree.Slices.Prepend("") select $"{slice}/{unit}"],
            containers ? [.. tree.Parents.Prepend("/").Take(MostParents)] : [])
        {
            Unusable = [.. unusable],
        };
    }

    /// <summary>Walks the tree. Users name the cgroups that were delegated to them: nothing below a name that is no text is looked at.</summary>
    private static IEnumerable<CgroupPath> Cgroups(string mount, List<string> unusable)
    {
        var directories = new FileSystemEnumerable<string>(mount, (ref FileSystemEntry entry) => entry.ToFullPath()[mount.Length..], Walk)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => entry.IsDirectory,
            ShouldRecursePredicate = (ref FileSystemEntry entry) => CgroupPath.SegmentProblem(entry.FileName) is null,
        };
        foreach (var directory in directories)
        {
            if (CgroupPath.Find(directory) is { } path)
            {
                yield return path;
            }
            else if (unusable.Count < MostUnusable)
            {
                unusable.Add(directory);
            }
        }
    }

    /// <summary>What is found on one walk, the nearest to the root first.</summary>
    private sealed class Tree
    {
        private readonly SortedDictionary<string, ImmutableSortedDictionary<string, string>> _containers = new(StringComparer.Ordinal);

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

            if (containers && ContainerPath.Labels(path) is { } labels)
            {
                _containers.Add(path, labels);
                Parents.Add(path);
            }
            else if (containers && ContainerPath.MayHoldContainers(path))
            {
                Parents.Add(path);
            }
        }

        public Policy Place(Policy policy) =>
            policy.Container is { } containers ? policy with { Scopes = [.. _containers.Where(container => containers.Matches(container.Value)).Select(container => container.Key)] }
            : policy.Unit is { } unit && Units.TryGetValue(unit, out var path) ? policy with { Scopes = [path] }
            : policy;
    }
}
