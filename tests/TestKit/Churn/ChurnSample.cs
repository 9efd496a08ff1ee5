using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using NetEdit.Lab;

namespace NetEdit.TestKit;

/// <summary>What there was at a moment.</summary>
/// <param name="Seconds">Since the start.</param>
/// <param name="Settled">Whether the policies were as at the start, with nothing under way; others are in the middle of changes.</param>
/// <param name="Connections">Connections so far.</param>
/// <param name="Programs">Programs in the kernel that were not there before the run; so for maps and links, pinned or not.</param>
/// <param name="Maps">Maps.</param>
/// <param name="Links">Links.</param>
/// <param name="Pins">Pins and their directories.</param>
/// <param name="MapBytes">Memory of the maps.</param>
/// <param name="Orphans">Pins that belong to nothing; null when the ledger changed while it was read.</param>
/// <param name="ResidentBytes">Memory of the agent that lasts.</param>
/// <param name="Descriptors">Its descriptors.</param>
/// <param name="RestartedBytes">Memory of the agent that is restarted; null when it was not there.</param>
/// <param name="RestartedDescriptors">Its descriptors.</param>
public sealed record ChurnSample(
    double Seconds,
    bool Settled,
    long Connections,
    int Programs,
    int Maps,
    int Links,
    int Pins,
    long MapBytes,
    int? Orphans,
    long? ResidentBytes,
    int? Descriptors,
    long? RestartedBytes,
    int? RestartedDescriptors
);

/// <summary>Takes samples.</summary>
public sealed partial class ChurnSampler
{
    private readonly HashSet<(KernelItemKind Kind, string Identity)> _before =
    [
        .. KernelResidue.Take().Items.Select(item => (item.Kind, item.Identity)),
    ];

    public ChurnSample Take(double seconds, bool settled, long connections, ChurnTenant steady, ChurnTenant restarted)
    {
        var items = KernelResidue
            .Take()
            .Items.Where(item => !_before.Contains((item.Kind, item.Identity)))
            .ToLookup(item => item.Kind);
        var cost = steady.Agent.ReadCost();
        var restartedCost = restarted.Agent.ReadCost();
        return new ChurnSample(
            seconds,
            settled,
            connections,
            items[KernelItemKind.Program].Count(),
            items[KernelItemKind.Map].Count(),
            items[KernelItemKind.Link].Count(),
            items[KernelItemKind.Pin].Count(),
            items[KernelItemKind.Map].Sum(map => MapBytes(uint.Parse(map.Identity, CultureInfo.InvariantCulture))),
            steady.ReadLedger()?.Orphans + restarted.ReadLedger()?.Orphans,
            cost?.Bytes,
            cost?.Descriptors,
            restartedCost?.Bytes,
            restartedCost?.Descriptors
        );
    }

    private static long MapBytes(uint id)
    {
        const string Prefix = "memlock:";
        var fd = MapById(id);
        if (fd < 0)
        {
            return 0; // gone meanwhile
        }

        using var handle = new SafeFileHandle(fd, ownsHandle: true);
        var line = File.ReadLines($"/proc/self/fdinfo/{fd}")
            .FirstOrDefault(line => line.StartsWith(Prefix, StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line.AsSpan(Prefix.Length).Trim(), CultureInfo.InvariantCulture);
    }

    [LibraryImport("libbpf.so.1", EntryPoint = "bpf_map_get_fd_by_id")]
    private static partial int MapById(uint id);
}
