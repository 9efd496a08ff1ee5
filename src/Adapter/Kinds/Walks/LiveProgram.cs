using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Maps;
using NetEdit.Adapter.Objects;
using NetEdit.Bpf;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>The live program of a chain, held by a pinned iterator: reading the pin walks the sockets of a network namespace.</summary>
internal sealed class LiveProgram : IDisposable
{
    private const int ObjectDigits = 15;
    private static readonly byte[] First = BitConverter.GetBytes(0u);

    private readonly string _pin;
    private readonly ProgramInfo _info;
    private readonly KernelMap _data;

    private LiveProgram(string pin, ProgramInfo info, ChainRecord record, KernelMap data)
    {
        (_pin, _info, _data, Record) = (pin, info, data, record);
        var value = new byte[WalkRecord.Size];
        _data.TryLookup(First, value);
        Walk = new WalkRecord(value);
    }

    /// <summary>What the program is.</summary>
    internal ChainRecord Record { get; }

    internal WalkRecord Walk { get; }

    /// <summary>The program as a plan sees it.</summary>
    internal ObservedLive Observe(AdapterObjects objects, uint stateMap)
    {
        var own =
            Record.Digest.Length > ObjectDigits
            && Record.Digest[^ObjectDigits..] == objects.Live.Digest[..ObjectDigits];
        return new ObservedLive(
            Record.Scope,
            Record.Key,
            own ? Record.Digest[..^ObjectDigits] : "",
            Record.Features,
            Walk.Walked
        )
        {
            UsesSharedMaps = _info.MapIds.Contains(stateMap),
        };
    }

    /// <summary>Opens what is pinned; null when it is no live program.</summary>
    internal static LiveProgram? TryOpen(string pin)
    {
        using var link = LedgerDirectory.TryGet(pin);
        if (link is null || KernelInfo.Link(link) is not { Type: Interop.Bpf.LinkTypeIter } held)
        {
            return null;
        }

        using var program = ChainObserver.OpenProgram(held.ProgramId);
        var info = KernelInfo.Program(program);
        return ChainObserver.ReadRecord(info) is { } record
            ? DataOf(info)?.TransferTo(data => new LiveProgram(pin, info, record, data))
            : null;
    }

    /// <summary>Walks every network namespace.</summary>
    /// <param name="target">The chain whose rules hold from now on; null when there is none.</param>
    /// <param name="again">Whether sockets may have been tuned by other values than their profile has now.</param>
    /// <param name="walked">What to remember once every socket was seen.</param>
    internal LiveWalkResult Run(WalkTarget? target, bool again, WalkedState walked)
    {
        var watch = Stopwatch.StartNew();
        Walk.Begin(target, Record.Features, again);
        _data.Update(First, Walk.Bytes);
        var (namespaces, hidden) = NetworkNamespaces.ForEach(() => Read(_pin));
        var value = new byte[WalkRecord.Size];
        _data.TryLookup(First, value);
        var result = Result(new WalkRecord(value), namespaces, watch.Elapsed) with { Hidden = hidden };
        Remember(walked);
        return result;
    }

    /// <summary>Writes down what was walked.</summary>
    internal void Remember(WalkedState walked)
    {
        Walk.Walked = walked;
        _data.Update(First, Walk.Bytes);
    }

    public void Dispose() => _data.Dispose();

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
                    ChainRecord.Encode(
                        marked,
                        LiveDigest.OfProgram(chain) + objects.Live.Digest[..ObjectDigits],
                        ledger.Id,
                        FormerOf(chain.Scope, ledger)
                    )
                );
                loaded.Load();
                return loaded;
            });
    }

    /* A socket may have been tuned by a chain that this one replaced, or by one around it. */
    private static IEnumerable<FormerChain> FormerOf(string scope, LedgerDirectory ledger) =>
        CgroupPath
            .SelfAndAncestors(scope)
            .Select(path => ChainObserver.ReadAttached(ledger, path))
            .OfType<ChainRecord>()
            .SelectMany(record => record.AsFormer);

    private LiveWalkResult Result(WalkRecord walk, int namespaces, TimeSpan elapsed)
    {
        var (changed, unchanged, skipped, failed) = walk.Sockets;
        return new LiveWalkResult(
            Record.Scope,
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

    /// <summary>One walk, in the network namespace of this thread, by a program that writes nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static unsafe void Read(string pin)
    {
        if (!SocketCounts.AnyTcp())
        {
            return;
        }

        const int TryAgain = 11;
        const int Interrupted = 4;
        var fd = LibC.open(pin, LibC.OpenRead);
        if (fd < 0)
        {
            throw BpfError.Create($"open the iterator {pin}", Marshal.GetLastPInvokeError());
        }

        try
        {
            byte nothing;
            nint read;
            /* After a million sockets the kernel asks to read on. */
            while ((read = LibC.read(fd, &nothing, 1)) != 0)
            {
                if (read < 0 && Marshal.GetLastPInvokeError() is var errno and not (TryAgain or Interrupted))
                {
                    throw BpfError.Create("walk the sockets of a network namespace", errno);
                }
            }
        }
        finally
        {
            _ = LibC.close(fd);
        }
    }

    private static KernelMap? DataOf(ProgramInfo program)
    {
        foreach (var id in program.MapIds)
        {
            if (KernelHandle.Of(LibBpf.bpf_map_get_fd_by_id(id), $"open the map {id}").DisposeUnless(IsData) is { } map)
            {
                return new KernelMap("live.bss", map);
            }
        }

        return null;
    }

    private static bool IsData(KernelHandle map) =>
        KernelInfo.Map(map) is var info
        && info.Name.EndsWith(".bss", StringComparison.Ordinal)
        && info.ValueSize == WalkRecord.Size;
}
