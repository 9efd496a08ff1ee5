using System.Diagnostics;
using NetEdit.Adapter.Hookpoints;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Objects;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>Congestion controls.</summary>
internal sealed class AlgorithmKind(LedgerDirectory ledger, Func<CapabilityReport> capabilities) : IKernelKind
{
    /* The kernel lets go of an unpinned link, and then of its table, after an RCU grace period each; until then that looks like one socket. */
    private static readonly TimeSpan LinkRelease = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    private static readonly StructOpsHookpoint StructOps = new();

    private readonly AlgorithmObserver _observer = new(ledger);

    /// <inheritdoc/>
    public void Observe(Observation observation) =>
        observation.State = observation.State with
        {
            Algorithms = _observer.Observe(observation.Orphans, observation.Misplaced),
        };

    /// <inheritdoc/>
    public void Handle(ActionHandlers handlers)
    {
        handlers.On<RegisterAlgorithm>(register => Register(register.Algorithm, register.Replaces is not null));
        handlers.On<UnregisterAlgorithm>(unregister => Unregister(unregister.Algorithm, unregister.Drain));
    }

    private Outcome Register(DesiredAlgorithm algorithm, bool replaces)
    {
        try
        {
            return replaces ? Replace(algorithm) : Register(algorithm);
        }
        catch (BpfException refused) when (refused is { MissingPrivilege: null, IsPassing: false, IsOfFile: false })
        {
            return Outcome.Refused([
                new Rejection(algorithm.Feature, algorithm.Variant, algorithm.Program.Object.Digest, refused.Message)
                {
                    Errno = refused.Errno,
                },
            ]);
        }
    }

    private Outcome Unregister(string name, bool drain)
    {
        Detach(name);
        if (drain)
        {
            RemoveFormer(name, GenerationPin.In(ledger.AlgorithmDirectory(name)));
        }
        else
        {
            ledger.RemoveDirectory(ledger.AlgorithmDirectory(name));
        }

        return Outcome.Done;
    }

    private Outcome Register(DesiredAlgorithm algorithm)
    {
        var name = algorithm.Program.Algorithm;
        var mechanism = StructOps.Choose(capabilities());
        using var loaded = Load(algorithm, mechanism);
        var made = PinParts(
            algorithm,
            loaded,
            () => new LinkPin(ledger.AlgorithmLinkPin(name)).Keep(mechanism.Attach(loaded, AttachPoint.None))
        );
        return Outcome.Undoable(() =>
        {
            Detach(name);
            made.ForEach(ledger.Remove);
        });
    }

    private Outcome Replace(DesiredAlgorithm algorithm)
    {
        var name = algorithm.Program.Algorithm;
        var link = new LinkPin(ledger.AlgorithmLinkPin(name));
        var mechanism = StructOps.Choose(capabilities());
        using var loaded = Load(algorithm, mechanism);
        var formerPins = GenerationPin.In(ledger.AlgorithmDirectory(name));
        if (link.Exists)
        {
            return LinkedTable(link)
                .TransferTo(table =>
                    HeldPins
                        .Of(formerPins.Select(pin => pin.Path))
                        .TransferTo(kept => Replace(algorithm, loaded, link, formerPins, table, kept))
                );
        }

        Detach(name); // registered by map update: the name is free only then
        PinParts(algorithm, loaded, () => link.Keep(mechanism.Attach(loaded, AttachPoint.None)));
        RemoveFormer(name, formerPins);
        return Outcome.Done;
    }

    private Outcome Replace(
        DesiredAlgorithm algorithm,
        LoadedObject loaded,
        LinkPin link,
        List<GenerationPin> formerPins,
        KernelHandle former,
        HeldPins kept
    )
    {
        var made = PinParts(algorithm, loaded, () => StructOpsHookpoint.Replace(loaded, link));
        try
        {
            RemoveFormer(algorithm.Program.Algorithm, formerPins);
        }
        catch
        {
            PutBack();
            throw;
        }

        return Outcome.Undoable(PutBack, former, kept);

        void PutBack()
        {
            link.Update(former.Fd, "the congestion control by the former one");
            kept.PutBack();
            made.ForEach(ledger.Remove);
        }
    }

    /* What sockets still run keeps its pins, and so its counters and its place in the ledger, until they close. */
    private void RemoveFormer(string name, List<GenerationPin> pins)
    {
        var watch = Stopwatch.StartNew();
        var draining = _observer.Draining(name);
        while (draining.Any(table => table.Users == 1) && watch.Elapsed < LinkRelease)
        {
            Thread.Sleep(BetweenLooks);
            draining = _observer.Draining(name);
        }

        pins.Where(pin => draining.All(table => table.MapId != pin.MapId))
            .ToList()
            .ForEach(pin => ledger.Remove(pin.Path));
    }

    private static LoadedObject Load(DesiredAlgorithm algorithm, IMechanism mechanism) =>
        LoadedObject
            .Open(algorithm.Feature, algorithm.Program.Object.Image.ToArray())
            .TransferTo(loaded =>
            {
                mechanism.Prepare(loaded);
                loaded.Load();
                return loaded;
            });

    /// <summary>Pins the table and the data of a loaded algorithm, and brings it into force; all or nothing.</summary>
    private List<string> PinParts(DesiredAlgorithm algorithm, LoadedObject loaded, Action enforce)
    {
        var name = algorithm.Program.Algorithm;
        var digest = DesiredDigest.OfAlgorithm(algorithm);
        var generation = GenerationPin.Next(ledger.AlgorithmDirectory(name));
        var table = LibBpf.bpf_map__fd(StructOpsHookpoint.TableOf(loaded));
        var id = KernelInfo.MapId(table);
        var made = new List<string>();
        try
        {
            foreach (
                var (kind, fd) in new[]
                {
                    (GenerationPin.Map, table),
                    (GenerationPin.Data, LibBpf.bpf_map__fd(loaded.Map(".bss"))),
                }
            )
            {
                var pin = ledger.AlgorithmPin(name, kind, generation, digest, id);
                LedgerDirectory.Pin(fd, pin);
                made.Add(pin);
            }

            enforce();
            return made;
        }
        catch
        {
            made.ForEach(ledger.Remove);
            throw;
        }
    }

    private static KernelHandle LinkedTable(LinkPin link)
    {
        using var handle = link.Open();
        var id = KernelInfo.Link(handle).StructOpsMapId;
        return KernelHandle.Of(LibBpf.bpf_map_get_fd_by_id(id), $"open the map {id}");
    }

    /// <summary>Takes the name away from new sockets: by the link, or, where there are no such links, by the table the pins record.</summary>
    private void Detach(string name)
    {
        if (HostFiles.Exists(ledger.AlgorithmLinkPin(name)))
        {
            ledger.Remove(ledger.AlgorithmLinkPin(name));
            return;
        }

        var pins = GenerationPin.In(ledger.AlgorithmDirectory(name));
        foreach (var mapId in pins.Select(pin => pin.MapId).Distinct())
        {
            using var table = AlgorithmObserver.OpenTable(pins, mapId);
            if (table is not null)
            {
                StructOpsHookpoint.Unregister(table);
            }
        }
    }
}
