using System.Collections.Immutable;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Host;

/// <summary>Finds the cgroups of systemd units. systemd names them after the unit; where in the tree is the unit's affair.</summary>
internal static class UnitScopes
{
    private const int Deepest = 8; // user units are at 5
    private const int MostSlices = 256;

    private static readonly EnumerationOptions Walk = new()
    {
        RecurseSubdirectories = true,
        MaxRecursionDepth = Deepest,
        IgnoreInaccessible = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    /// <summary>The policies with the paths of their units.</summary>
    /// <param name="policies">The policies.</param>
    /// <param name="mount">Where the cgroup v2 hierarchy is mounted; null when it is not.</param>
    /// <returns>
    /// The set, and where units that have no cgroup yet may get one: below each slice there is. Of several cgroups of one name, as users have
    /// them, the one nearest to the root is taken, and then the first by name.
    /// </returns>
    public static (PolicySet Policies, ImmutableArray<string> Awaited) Resolve(PolicySet policies, string? mount)
    {
        var units = policies.Policies.Select(policy => policy.Unit).OfType<string>().ToHashSet(StringComparer.Ordinal);
        if (units.Count == 0 || mount is null)
        {
            return (policies, []);
        }

        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        var slices = new List<string>();
        foreach (var path in Directory.EnumerateDirectories(mount, "*", Walk).Select(directory => directory[mount.Length..]).OrderBy(path => path.Count(c => c == '/')).ThenBy(path => path, StringComparer.Ordinal))
        {
            var name = Path.GetFileName(path);
            if (units.Contains(name))
            {
                found.TryAdd(name, path);
            }

            if (name.EndsWith(".slice", StringComparison.Ordinal) && slices.Count < MostSlices)
            {
                slices.Add(path);
            }
        }

        return (
            policies with { Policies = [.. policies.Policies.Select(policy => policy.Unit is { } unit && found.TryGetValue(unit, out var path) ? policy with { Scope = path } : policy)] },
            [.. from unit in units where !found.ContainsKey(unit) from slice in slices.Prepend("") select $"{slice}/{unit}"]);
    }
}
