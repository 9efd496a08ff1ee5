using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Maps;
using NetEdit.Adapter.Objects;
using NetEdit.Bpf;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>
/// The live program of chains of one depth with the same features. A pinned iterator of each scope holds it: reading any of them walks
/// the sockets of a network namespace for all scopes that are told to.
/// </summary>
internal sealed class LiveProgram : IDisposable
{
    private const int ObjectDigits = 15;
    private const string Walks = "netedit_walks";

    private readonly ProgramInfo _info;
    private readonly KernelMap _walks;

    private LiveProgram(ProgramInfo info, ChainRecord record, KernelMap walks) =>
        (_info, Record, _walks) = (info, record, walks);

    /// <summary>The kernel's id of it.</summary>
    internal uint Id => _info.Id;

    /// <summary>What the program is.</summary>
    internal ChainRecord Record { get; }

    /// <summary>Whether it uses a map.</summary>
    internal bool Uses(uint map) => _info.MapIds.Contains(map);

    /// <summary>The program of what is pinned; null when nothing is, or it is no live program that this version knows.</summary>
    internal static LiveProgram? TryOpen(string pin) => ProgramOf(pin) is { } id ? TryOpen(id) : null;

    /// <summary>A live program; null when it is none that this version knows.</summary>
    internal static LiveProgram? TryOpen(uint id)
    {
        using var program = ChainObserver.OpenProgram(id);
        var info = KernelInfo.Program(program);
        return ChainObserver.ReadRecord(info) is { IsShared: true } record
            ? WalksOf(info)?.TransferTo(walks => new LiveProgram(info, record, walks))
            : null;
    }

    /// <summary>Id of the program of a pinned iterator; null when there is none.</summary>
    internal static uint? ProgramOf(string pin)
    {
        using var link = LedgerDirectory.TryGet(pin);
        return link is not null && KernelInfo.Link(link) is { Type: Interop.Bpf.LinkTypeIter } held
            ? held.ProgramId
            : null;
    }

    /// <summary>The program in a scope as a plan sees it.</summary>
    internal ObservedLive Observe(WalkRecord walk, AdapterObjects objects, uint stateMap)
    {
        var own =
            Record.Digest.Length > ObjectDigits
            && Record.Digest[^ObjectDigits..] == objects.Live.Digest[..ObjectDigits];
        return new ObservedLive(
            walk.Path,
            walk.ChainKey,
            own ? Record.Digest[..^ObjectDigits] : "",
            Record.Features,
            walk.Walked
        )
        {
            UsesSharedMaps = Uses(stateMap),
        };
    }

    /// <summary>What it has of each scope, by the ids of their cgroups.</summary>
    internal IEnumerable<(ulong Cgroup, WalkRecord Walk)> ReadScopes() =>
        _walks
            .Keys(sizeof(ulong))
            .Select(key => BinaryPrimitives.ReadUInt64LittleEndian(key))
            .Select(cgroup => (cgroup, Find(cgroup)!))
            .Where(scope => scope.Item2 is not null);

    /// <summary>What it has of the scope of a cgroup; null when that is nothing.</summary>
    internal WalkRecord? Find(ulong cgroup)
    {
        var record = new byte[WalkRecord.Size];
        return _walks.TryLookup(KeyOf(cgroup), record) ? new WalkRecord(record) : null;
    }

    /// <summary>Writes what it has of the scope of a cgroup.</summary>
    internal void Write(ulong cgroup, WalkRecord walk) => _walks.Update(KeyOf(cgroup), walk.Bytes);

    /// <summary>Forgets a scope.</summary>
    internal void Remove(ulong cgroup) => _walks.Delete(KeyOf(cgroup));

    /// <summary>Walks every network namespace once, for several scopes.</summary>
    /// <param name="pin">The pinned iterator of one of them.</param>
    /// <param name="walks">The scopes.</param>
    /// <returns>What came of it, by scope.</returns>
    internal ImmutableArray<LiveWalkResult> Run(string pin, IReadOnlyList<ScopeWalk> walks)
    {
        var watch = Stopwatch.StartNew();
        foreach (var walk in walks)
        {
            walk.Record.Begin(walk.Target, Record.Features, walk.Again);
            Write(walk.Cgroup, walk.Record);
        }

        var (namespaces, hidden) = NetworkNamespaces.ForEach(() => IteratorOutput.Walk(pin));
        var results = ImmutableArray.CreateBuilder<LiveWalkResult>(walks.Count);
        foreach (var walk in walks)
        {
            var done =
                Find(walk.Cgroup)
                ?? throw new BpfException(
                    $"what was walked of {walk.Record.Path} vanished; is another netedit at work on this ledger?"
                );
            results.Add(Result(done, namespaces, watch.Elapsed) with { Hidden = hidden });
            done.End(walk.Walked);
            Write(walk.Cgroup, done);
        }

        return results.ToImmutable();
    }

    public void Dispose() => _walks.Dispose();

    /// <summary>What programs have in common that can take each other's place.</summary>
    internal static SharedProgram KindOf(DesiredChain chain, AdapterObjects objects) =>
        new(LiveDigest.OfProgram(chain) + objects.Live.Digest[..ObjectDigits], ChainRecord.DepthOf(chain.Scope));

    /// <summary>Links and loads the live program of a chain.</summary>
    /// <exception cref="BpfException">The kernel refused it.</exception>
    internal static LoadedObject Load(
        DesiredChain chain,
        AdapterObjects objects,
        SharedMaps maps,
        LedgerDirectory ledger
    )
    {
        var stages = chain
            .Stages.Select((stage, slot) => (stage.Feature, Object: stage.Program.Live!, Slot: slot))
            .Where(stage => stage.Object is not null);
        /* The operations of a slot say whether it has a stage. */
        var marked = chain with
        {
            Stages =
            [
                .. chain.Stages.Select(stage =>
                    stage with
                    {
                        Program = stage.Program with
                        {
                            Operations = stage.Program.Live is null
                                ? SockopsOperations.None
                                : SockopsOperations.TimeoutInit,
                        },
                    }
                ),
            ],
        };
        return LoadedObject
            .Open($"live program of {chain.Scope}", ChainLinker.Link(objects.Live, ChainLinker.LiveSymbol, [.. stages]))
            .TransferTo(loaded =>
            {
                maps.GiveTo(loaded);
                loaded.SetInitialValue(
                    ".rodata",
                    ChainRecord.EncodeShared(marked, KindOf(chain, objects).Digest, ledger.Id)
                );
                loaded.Load();
                return loaded;
            });
    }

    private LiveWalkResult Result(WalkRecord walk, int namespaces, TimeSpan elapsed)
    {
        var (changed, unchanged, skipped, failed) = walk.Sockets;
        return new LiveWalkResult(
            walk.Path,
            namespaces,
            changed,
            unchanged,
            skipped,
            failed,
            Count(Enumerable.Range(0, WalkRecord.Errnos).Select(errno => (BpfError.Name(errno), walk.Refused(errno)))),
            Count(Record.Features.Select((feature, slot) => (feature, walk.TunedBy(slot)))),
            Count(Record.Features.Select((feature, slot) => (feature, walk.ReleasedBy(slot)))),
            elapsed
        );
    }

    private static ImmutableSortedDictionary<string, long> Count(IEnumerable<(string Name, long Count)> items) =>
        items
            .Where(item => item.Count > 0)
            .ToImmutableSortedDictionary(item => item.Name, item => item.Count, StringComparer.Ordinal);

    private static byte[] KeyOf(ulong cgroup)
    {
        var key = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(key, cgroup);
        return key;
    }

    private static KernelMap? WalksOf(ProgramInfo program)
    {
        foreach (var id in program.MapIds)
        {
            if (
                KernelHandle
                    .Of(LibBpf.bpf_map_get_fd_by_id(id), $"open the map {id}")
                    .DisposeUnless(map => KernelInfo.Map(map) is { Name: Walks, ValueSize: WalkRecord.Size }) is
                { } map
            )
            {
                return new KernelMap(Walks, map);
            }
        }

        return null;
    }
}
