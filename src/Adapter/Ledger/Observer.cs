using System.Collections.Immutable;
using NetEdit.Adapter.Attachments;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Maps;
using NetEdit.Adapter.Sysctls;
using NetEdit.Model;

namespace NetEdit.Adapter.Ledger;

/// <summary>Reads the ledger: everything is found from pins and from what the kernel says of them, nothing from a file of ours.</summary>
internal sealed class Observer(LedgerDirectory ledger, Cgroups? cgroups, Func<MapLayout> layout)
{
    private readonly ChainObserver _chains = new(ledger, cgroups);
    private readonly AlgorithmObserver _algorithms = new(ledger);
    private readonly AttachmentObserver _attachments = new(ledger);
    private readonly ProgramTypes _programs = new();

    /// <summary>Reads back what the kernel holds of ours.</summary>
    internal ObservedState Observe(SharedMaps? maps)
    {
        var orphans = new List<Orphan>();
        var misplaced = new List<MisplacedPin>();
        var chains = _chains.Observe(maps?.StateId ?? 0, orphans, misplaced);
        var algorithms = _algorithms.Observe(orphans, misplaced);
        var attachments = _attachments.Observe(orphans);
        var sysctls = SysctlActions.Observe(ledger, orphans).ToImmutableArray();
        var former = FormerMaps.Find(ledger, layout().Digest).ToImmutableArray();
        orphans.AddRange(UnfinishedSets(maps));
        var foreign = new ForeignPrograms(cgroups, _programs);
        foreign.Look(chains);
        foreign.Look(attachments);
        return new ObservedState
        {
            SharedMaps = maps is not null,
            FormerMaps = former,
            Misplaced = [.. misplaced],
            Pauses = maps is not null ? maps.StateMap.Pauses : former.Select(FormerMaps.ReadPauses).FirstOrDefault(ObservedState.Empty.Pauses),
            ProfileRoom = maps?.ProfileRoom ?? 0,
            EventRoom = maps?.EventRoom ?? 0,
            Events = maps?.TuningCounters.EventCount ?? 0,
            Unfinished = maps?.Unfinished ?? false,
            Chains = chains,
            Algorithms = algorithms,
            Attachments = attachments,
            Sysctls = sysctls,
            Profiles = maps?.ReadProfiles() ?? ImmutableSortedDictionary<ulong, ImmutableArray<byte>>.Empty,
            Rules = maps?.RuleTables.Read() ?? RuleTable.Empty,
            Orphans = [.. orphans],
            Foreign = foreign.Found,
            ForeignNotLookedAt = foreign.NotLookedAt,
        };
    }

    /// <summary>Pins of sets of maps that are not whole.</summary>
    private IEnumerable<Orphan> UnfinishedSets(SharedMaps? maps) =>
    [
        .. LedgerDirectory.Directories(ledger.Maps)
            .Where(directory => directory.EndsWith(LedgerDirectory.Unfinished, StringComparison.Ordinal))
            .SelectMany(LedgerDirectory.Pins)
            .Select(pin => new Orphan(pin, "shared maps that were being made: an interrupted start")),
        .. (maps is null ? LedgerDirectory.Pins(ledger.MapsDirectory(layout().Digest)) : [])
            .Select(pin => new Orphan(pin, "a shared map without the others, which no attached program holds either")),
    ];
}
