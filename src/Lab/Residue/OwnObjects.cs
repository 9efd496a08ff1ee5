using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using NetEdit.Lab.Interop;

namespace NetEdit.Lab;

/// <summary>Finds what one owner has in the kernel, so that what others make meanwhile is not taken for a part of it.</summary>
public static class OwnObjects
{
    private static readonly Dictionary<string, KernelItemKind> Kinds = new(StringComparer.Ordinal)
    {
        ["prog_id"] = KernelItemKind.Program,
        ["map_id"] = KernelItemKind.Map,
        ["link_id"] = KernelItemKind.Link,
    };

    /// <summary>Lists what is pinned below a directory, the maps of programs there, a cgroup and those below it, and network namespaces.</summary>
    /// <param name="pins">The directory.</param>
    /// <param name="cgroup">The cgroup.</param>
    /// <param name="namespaces">Names of the network namespaces.</param>
    /// <exception cref="LabException">No permission to list BPF objects, or to open a pin.</exception>
    public static KernelSnapshot Take(string pins, LabCgroup cgroup, IEnumerable<string> namespaces)
    {
        ArgumentNullException.ThrowIfNull(cgroup);
        ArgumentNullException.ThrowIfNull(namespaces);
        var own = new HashSet<(KernelItemKind Kind, string Identity)>(
            namespaces.Select(name => (KernelItemKind.Namespace, name))
        );
        foreach (var pin in Directory.Exists(pins) ? Directory.GetFiles(pins, "*", SearchOption.AllDirectories) : [])
        {
            own.UnionWith(Pinned(pin));
        }

        var all = KernelResidue.Take();
        return new KernelSnapshot([
            .. all.Items.Where(item =>
                own.Contains((item.Kind, item.Identity))
                || item.Kind switch
                {
                    KernelItemKind.Pin => IsBelow(item.Identity, pins),
                    KernelItemKind.Cgroup => IsBelow(item.Identity, cgroup.Path),
                    _ => false,
                }
            ),
        ]);
    }

    /// <summary>Waits until nothing of a snapshot exists any more: the kernel frees programs and maps some time after their last user is gone.</summary>
    /// <param name="own">The snapshot.</param>
    /// <param name="timeout">Bound, or null for 5 s.</param>
    /// <returns>What still exists at the end of the wait, a line each; empty when nothing.</returns>
    /// <exception cref="LabException">No permission to list BPF objects.</exception>
    public static ImmutableArray<string> WaitUntilGone(KernelSnapshot own, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(own);
        var limit = timeout ?? TimeSpan.FromSeconds(5);
        var watch = Stopwatch.StartNew();
        for (var pause = 2; ; pause = Math.Min(pause * 2, 100))
        {
            var present = KernelResidue.Take().Items.Select(item => (item.Kind, item.Identity)).ToHashSet();
            ImmutableArray<string> left =
            [
                .. own
                    .Items.Where(item => present.Contains((item.Kind, item.Identity)))
                    .Select(item => item.ToString()),
            ];
            if (left.IsEmpty || watch.Elapsed > limit)
            {
                return left;
            }

            Thread.Sleep(pause);
        }
    }

    private static bool IsBelow(string path, string directory) =>
        path == directory || path.StartsWith(directory + "/", StringComparison.Ordinal);

    /* What the kernel says of a descriptor names the object, and of a link also its program. */
    private static IEnumerable<(KernelItemKind Kind, string Identity)> Pinned(string pin)
    {
        var descriptor = BpfObjects.OpenPin(pin);
        try
        {
            foreach (
                var line in File.ReadLines(
                    string.Create(CultureInfo.InvariantCulture, $"/proc/self/fdinfo/{descriptor}")
                )
            )
            {
                if (
                    line.Split(':', StringSplitOptions.TrimEntries) is [var name, var id]
                    && Kinds.TryGetValue(name, out var kind)
                )
                {
                    yield return (kind, id);
                    foreach (
                        var map in kind == KernelItemKind.Program
                            ? BpfObjects.MapsOf(uint.Parse(id, CultureInfo.InvariantCulture))
                            : []
                    )
                    {
                        yield return (KernelItemKind.Map, map.ToString(CultureInfo.InvariantCulture));
                    }
                }
            }
        }
        finally
        {
            _ = LabSystemCalls.Close(descriptor);
        }
    }
}
