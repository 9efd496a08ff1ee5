using System.Collections.Immutable;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Maps;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>Reads attached chains back from their links and programs.</summary>
internal sealed class ChainObserver(LedgerDirectory ledger, Cgroups? cgroups)
{
    /// <summary>The attached chains, sorted by scope.</summary>
    internal ImmutableArray<ObservedChain> Observe(uint stateMap, List<Orphan> orphans, List<MisplacedPin> misplaced)
    {
        var chains = ImmutableArray.CreateBuilder<ObservedChain>();
        foreach (
            var directory in PinLocator
                .Chains(ledger)
                .GroupBy(pin => Path.GetDirectoryName(pin.Place)!, StringComparer.Ordinal)
        )
        {
            if (Observe(directory.Key, [.. directory], stateMap, orphans) is { } chain)
            {
                chains.Add(chain);
                misplaced.AddRange(
                    directory.Where(pin => pin.IsMisplaced).Select(pin => new MisplacedPin(pin.Path, pin.Place))
                );
            }
        }

        chains.Sort((left, right) => string.CompareOrdinal(left.Scope, right.Scope));
        return chains.ToImmutable();
    }

    /// <summary>Opens a program.</summary>
    internal static KernelHandle OpenProgram(uint id) =>
        KernelHandle.Of(LibBpf.bpf_prog_get_fd_by_id(id), $"open the program {id}");

    private ObservedChain? Observe(string directory, List<LocatedPin> pins, uint stateMap, List<Orphan> orphans)
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

        using var program = OpenProgram(link.ProgramId);
        var info = KernelInfo.Program(program);
        var record = ReadRecord(info);

        /* Another version's record cannot be read, but what its link is attached to can, and that place keeps its name. */
        var scope = record?.Scope ?? cgroups?.FindPath(link.CgroupId)?.ToString();
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
            record?.Key ?? 0,
            record?.Digest ?? "",
            record?.Features ?? [],
            link.Id,
            link.ProgramId
        )
        {
            Generation = generation,
            Former = record?.Former ?? [],
            UsesSharedMaps = info.MapIds.Contains(stateMap),
        };
    }

    /// <summary>The record of the chain that is attached to a scope; null when there is none that this version knows.</summary>
    internal static ChainRecord? ReadAttached(LedgerDirectory ledger, string scope)
    {
        using var link = LedgerDirectory.TryGet(ledger.ChainLinkPin(scope));
        if (link is null)
        {
            return null;
        }

        using var program = OpenProgram(KernelInfo.Link(link).ProgramId);
        return ReadRecord(KernelInfo.Program(program));
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
