using System.Collections.Immutable;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Host;

/// <summary>Where policies are on this host.</summary>
/// <param name="Policies">The policies, with the paths of their units and containers.</param>
/// <param name="Awaited">Where units that have no cgroup yet may get one: below each slice there is.</param>
/// <param name="Parents">Where containers may come to be; empty when no policy is for any.</param>
internal sealed record FoundScopes(PolicySet Policies, ImmutableArray<string> Awaited, ImmutableArray<string> Parents)
{
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
        foreach (var path in Directory.EnumerateDirectories(mount, "*", Walk).Select(directory => directory[mount.Length..]).OrderBy(path => path.Count(c => c == '/')).ThenBy(path => path, StringComparer.Ordinal))
        {
            tree.Add(path, units, containers);
        }

        return new FoundScopes(
            policies with { Policies = [.. policies.Policies.Select(tree.Place)] },
            [.. from unit in units where !tree.Units.ContainsKey(unit) from slice in tree.Slices.Prepend("") select $"{slice}/{unit}"],
            containers ? [.. tree.Parents.Prepend("/").Take(MostParents)] : []);
    }

    /// <summary>What is found on one walk, the nearest to the root first.</summary>
    private sealed class Tree
    {
        private readonly SortedDictionary<string, ImmutableSortedDictionary<string, string>> _containers = new(StringComparer.Ordinal);

        public Dictionary<string, string> Units { get; } = new(StringComparer.Ordinal);

        public List<string> Slices { get; } = [];

        public List<string> Parents { get; } = [];

        public void Add(string path, HashSet<string> units, bool containers)
        {
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
