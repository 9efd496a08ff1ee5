using System.Collections.Immutable;
using System.Text.RegularExpressions;
using NetEdit.Adapter.Chains;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Maps;
using NetEdit.State;

namespace NetEdit.Adapter.Ledger;

/// <summary>Reads the ledger: everything is found from pins and from what the kernel says of them, nothing from a file of ours.</summary>
internal sealed partial class Observer(LedgerDirectory ledger, Cgroups? cgroups)
{
    private const int MapInUse = 1;

    /// <summary>Reads back what the kernel holds of ours.</summary>
    internal ObservedState Observe(SharedMaps? maps)
    {
        var orphans = new List<Orphan>();
        var chains = Chains(orphans);
        var algorithms = Algorithms(orphans);
        if (maps is null)
        {
            orphans.AddRange(LedgerDirectory.Pins(ledger.Maps).Select(pin => new Orphan(pin, "a shared map without the others: an interrupted start")));
        }

        return new ObservedState
        {
            SharedMaps = maps is not null,
            Paused = maps is { Paused: true },
            Chains = chains,
            Algorithms = algorithms,
            Profiles = maps?.ReadProfiles() ?? ImmutableSortedDictionary<ulong, ImmutableArray<byte>>.Empty,
            Rules = maps?.RuleTables.Read() ?? RuleTable.Empty,
            Orphans = [.. orphans],
            Foreign = Foreign(chains),
        };
    }

    /// <summary>Opens the program that a link holds, and its record.</summary>
    internal static (KernelHandle Program, ChainRecord? Record) OpenProgram(uint programId)
    {
        var program = KernelHandle.Of(LibBpf.bpf_prog_get_fd_by_id(programId), $"open the program {programId}");
        return (program, ReadRecord(program));
    }

    private ImmutableArray<ObservedChain> Chains(List<Orphan> orphans)
    {
        var chains = ImmutableArray.CreateBuilder<ObservedChain>();
        foreach (var pin in LedgerDirectory.Pins(ledger.Chains))
        {
            using var handle = LedgerDirectory.TryGet(pin);
            if (handle is null)
            {
                continue;
            }

            var link = KernelInfo.Link(handle);
            if (link.Type != Interop.Bpf.LinkTypeCgroup)
            {
                orphans.Add(new Orphan(pin, "not a link to a cgroup"));
                continue;
            }

            var (program, record) = OpenProgram(link.ProgramId);
            program.Dispose();
            if (record is null || ledger.ChainPin(record.Scope) != pin)
            {
                orphans.Add(new Orphan(pin, "a chain of a layout that this version does not know"));
                continue;
            }

            chains.Add(new ObservedChain(record.Scope, link.CgroupId, record.Key, record.Digest, record.Features, link.Id, link.ProgramId));
        }

        chains.Sort((left, right) => string.CompareOrdinal(left.Scope, right.Scope));
        return chains.ToImmutable();
    }

    private ImmutableArray<ObservedAlgorithm> Algorithms(List<Orphan> orphans)
    {
        var algorithms = ImmutableArray.CreateBuilder<ObservedAlgorithm>();
        var pins = LedgerDirectory.Pins(ledger.Algorithms).ToList();
        var explained = new HashSet<string>(StringComparer.Ordinal);
        foreach (var pin in pins)
        {
            if (AlgorithmMap().Match(Path.GetFileName(pin)) is not { Success: true } match)
            {
                continue;
            }

            var (name, digest) = (match.Groups["name"].Value, match.Groups["digest"].Value);
            using var map = LedgerDirectory.TryGet(pin);
            if (map is null)
            {
                continue;
            }

            var id = KernelInfo.Map(map).Id;
            if (LinkedMap(name) == id || (LinkedMap(name) is null && StateOf(map) == MapInUse))
            {
                algorithms.Add(new ObservedAlgorithm(name, digest, id, Registered: true));
                explained.UnionWith([pin, ledger.AlgorithmLinkPin(name), ledger.AlgorithmDataPin(name, digest)]);
            }
        }

        orphans.AddRange(pins.Where(pin => !explained.Contains(pin)).Select(pin => new Orphan(pin, "part of a congestion control that is not registered: an interrupted change")));
        return algorithms.ToImmutable();
    }

    /// <summary>Id of the map that an algorithm's link holds; null when there is no link.</summary>
    private uint? LinkedMap(string algorithm)
    {
        using var link = LedgerDirectory.TryGet(ledger.AlgorithmLinkPin(algorithm));
        return link is null ? null : KernelInfo.Link(link).StructOpsMapId;
    }

    /* The value of a struct_ops map begins with a reference count and the state (linux/bpf.h, bpf_struct_ops_common_value). */
    private static int StateOf(KernelHandle map)
    {
        var value = new byte[KernelInfo.Map(map).ValueSize];
        return new KernelMap("struct_ops", map).TryLookup(BitConverter.GetBytes(0u), value) ? BitConverter.ToInt32(value, sizeof(int)) : 0;
    }

    private static ChainRecord? ReadRecord(KernelHandle program)
    {
        foreach (var id in KernelInfo.Program(program).MapIds)
        {
            using var map = KernelHandle.Of(LibBpf.bpf_map_get_fd_by_id(id), $"open the map {id}");
            var info = KernelInfo.Map(map);
            if (!info.Name.EndsWith(".rodata", StringComparison.Ordinal) || info.ValueSize < Abi.Chain.Size)
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

    private unsafe ImmutableArray<ForeignProgram> Foreign(ImmutableArray<ObservedChain> chains)
    {
        const int Most = 256;
        var foreign = ImmutableArray.CreateBuilder<ForeignProgram>();
        var ours = chains.Select(chain => chain.ProgramId).ToHashSet();
        var programs = stackalloc uint[Most];
        foreach (var chain in chains.Where(chain => chain.CgroupId != 0))
        {
            if (cgroups is null || !cgroups.Find([chain.Scope]).ContainsKey(chain.Scope))
            {
                continue;
            }

            using var cgroup = cgroups.Open(chain.Scope);
            var count = (uint)Most;
            if (LibBpf.bpf_prog_query(cgroup.Fd, Interop.Bpf.AttachCgroupSockOps, Interop.Bpf.QueryEffective, null, programs, &count) < 0)
            {
                LibBpfLog.Clear();
                continue;
            }

            /* The effective list is in the order of running: the cgroup's own, then its ancestors'. */
            var order = new ReadOnlySpan<uint>(programs, (int)Math.Min(count, Most));
            var position = order.IndexOf(chain.ProgramId);
            for (var index = 0; index < order.Length; index++)
            {
                if (!ours.Contains(order[index]) && NameOf(order[index]) is { } name)
                {
                    foreign.Add(new ForeignProgram(chain.Scope, order[index], name, position < 0 ? null : index > position));
                }
            }
        }

        return foreign.ToImmutable();
    }

    private static string? NameOf(uint programId)
    {
        var fd = LibBpf.bpf_prog_get_fd_by_id(programId);
        LibBpfLog.Clear();
        if (fd < 0)
        {
            return null; // gone meanwhile
        }

        using var program = new KernelHandle(fd);
        return KernelInfo.Program(program).Name;
    }

    [GeneratedRegex("^(?<name>.+)-map-(?<digest>[0-9a-f]{16})$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AlgorithmMap();
}
