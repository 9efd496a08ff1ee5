using System.Collections.Immutable;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Maps;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>Reads attached chains back from their links and programs.</summary>
/// <param name="ledger">The ledger.</param>
/// <param name="cgroups">The cgroups; null when they are not known.</param>
/// <param name="shared">Told which programs there are.</param>
internal sealed class ChainObserver(LedgerDirectory ledger, Cgroups? cgroups, SharedPrograms shared)
{
    /// <summary>The attached chains, sorted by scope.</summary>
    internal ImmutableArray<ObservedChain> Observe(uint stateMap, List<Orphan> orphans, List<MisplacedPin> misplaced)
    {
        var chains = ImmutableArray.CreateBuilder<ObservedChain>();
        var programs = new Dictionary<uint, ChainProgram>();
        try
        {
            foreach (
                var directory in PinLocator
                    .Chains(ledger)
                    .GroupBy(pin => Path.GetDirectoryName(pin.Place)!, StringComparer.Ordinal)
            )
            {
                if (Observe(directory.Key, [.. directory], programs, stateMap, orphans) is { } chain)
                {
                    chains.Add(chain);
                    misplaced.AddRange(
                        directory.Where(pin => pin.IsMisplaced).Select(pin => new MisplacedPin(pin.Path, pin.Place))
                    );
                }
            }

            shared.Seen(
                programs
                    .Values.Where(program => program.Record is { IsShared: true })
                    .Select(program => (program.Record!, program.Id))
            );
        }
        finally
        {
            programs.Values.ToList().ForEach(program => program.Dispose());
        }

        chains.Sort((left, right) => string.CompareOrdinal(left.Scope, right.Scope));
        return chains.ToImmutable();
    }

    /// <summary>Opens a program.</summary>
    internal static KernelHandle OpenProgram(uint id) =>
        KernelHandle.Of(LibBpf.bpf_prog_get_fd_by_id(id), $"open the program {id}");

    private ObservedChain? Observe(
        string directory,
        List<LocatedPin> pins,
        Dictionary<uint, ChainProgram> programs,
        uint stateMap,
        List<Orphan> orphans
    )
    {
        var linkPin = pins.FirstOrDefault(pin => Path.GetFileName(pin.Place) == LedgerDirectory.Link);
        using var handle = linkPin is null ? null : LedgerDirectory.TryGet(linkPin.Path);
        if (handle is null)
        {
            orphans.AddRange(
                pins.Select(pin => new Orphan(
                    pin.Path,
                    "part of a chain that is not attached, left by an interrupted change"
                ))
            );
            return null;
        }

        var link = KernelInfo.Link(handle);
        if (link.Type != Interop.Bpf.LinkTypeCgroup)
        {
            orphans.AddRange(pins.Select(pin => new Orphan(pin.Path, "not a link to a cgroup")));
            return null;
        }

        if (!programs.TryGetValue(link.ProgramId, out var program))
        {
            programs[link.ProgramId] = program = ChainProgram.Open(link.ProgramId);
        }

        /* Another version's record cannot be read, but what its link is attached to can, and that place keeps its name. */
        var chain = program.In(link.CgroupId, path => ledger.ChainDirectory(path) == directory);
        var scope = chain?.Scope is { Length: > 0 } known ? known : cgroups?.FindPath(link.CgroupId)?.ToString();
        if (scope is null || ledger.ChainDirectory(scope) != directory)
        {
            orphans.AddRange(
                pins.Select(pin => new Orphan(
                    pin.Path,
                    "a chain whose layout this version does not know, in a cgroup that no longer exists"
                ))
            );
            return null;
        }

        var generation = 0;
        foreach (var pin in pins.Select(GenerationPin.Parse).OfType<GenerationPin>())
        {
            using var pinned = LedgerDirectory.TryGet(pin.Path);
            if (pinned is not null && KernelInfo.Program(pinned).Id == link.ProgramId)
            {
                generation = pin.Generation;
            }
            else
            {
                orphans.Add(
                    new Orphan(pin.Path, "a chain program other than the attached one, left by an interrupted change")
                );
            }
        }

        return new ObservedChain(
            scope,
            link.CgroupId,
            chain?.Key ?? 0,
            chain?.Program.Digest ?? "",
            chain?.Program.Features ?? [],
            link.Id,
            link.ProgramId
        )
        {
            Generation = generation,
            Former = chain?.Former ?? [],
            UsesSharedMaps = program.Uses(stateMap),
        };
    }

    /// <summary>The chain that is attached to a scope; null when there is none that this version knows.</summary>
    internal static AttachedChain? ReadAttached(LedgerDirectory ledger, string scope)
    {
        using var link = LedgerDirectory.TryGet(ledger.ChainLinkPin(scope));
        if (link is null)
        {
            return null;
        }

        var info = KernelInfo.Link(link);
        using var program = ChainProgram.Open(info.ProgramId);
        return program.In(info.CgroupId, path => path == scope);
    }

    /// <summary>The record of a program; null when it has none that this version knows.</summary>
    internal static ChainRecord? ReadRecord(ProgramInfo program)
    {
        foreach (var id in program.MapIds)
        {
            using var map = KernelHandle.Of(LibBpf.bpf_map_get_fd_by_id(id), $"open the map {id}");
            var info = KernelInfo.Map(map);
            if (!info.Name.EndsWith(".rodata", StringComparison.Ordinal) || info.ValueSize < Abi.Chain.LeastSize)
            {
                continue;
            }

            var value = new byte[info.ValueSize];
            if (new KernelMap(info.Name, map).TryLookup(BitConverter.GetBytes(0u), value))
            {
                return ChainRecord.Decode(value);
            }
        }

        return null;
    }
}
