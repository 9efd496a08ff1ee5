using System.Collections.Immutable;
using NetEdit.Adapter.Hookpoints;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Maps;
using NetEdit.Adapter.Objects;
using NetEdit.Bpf;
using NetEdit.Host;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>The maps that all chains share.</summary>
internal sealed class SharedMapKind : IKernelKind, IDisposable
{
    private static readonly IterTcpHookpoint IterTcp = new();

    private readonly LedgerDirectory _ledger;
    private readonly AdapterObjects _objects;
    private readonly Func<CapabilityReport> _capabilities;
    private readonly Lazy<MapLayout> _layout;
    private SharedMaps? _maps;

    internal SharedMapKind(LedgerDirectory ledger, AdapterObjects objects, Func<CapabilityReport> capabilities)
    {
        _ledger = ledger;
        _objects = objects;
        _capabilities = capabilities;
        _layout = new Lazy<MapLayout>(() =>
        {
            using var opened = LoadedObject.OpenUnloaded("chain", objects.SockopsChain.Image.ToArray());
            return MapLayout.Of(opened);
        });
    }

    /// <inheritdoc/>
    public void Observe(Observation observation)
    {
        var maps = observation.Maps = Maps;
        var former = Former.ToImmutableArray();
        observation.Orphans.AddRange(UnfinishedSets(maps));
        observation.State = observation.State with
        {
            SharedMaps = maps is not null,
            SharedPinsMissing = maps is not null && ArePinsMissing(maps),
            FormerMaps = former,
            Pauses = maps is not null
                ? maps.StateMap.Pauses
                : former.Select(FormerMaps.ReadPauses).FirstOrDefault(ObservedState.Empty.Pauses),
            ProfileRoom = maps?.ProfileRoom ?? 0,
            EventRoom = maps?.EventRoom ?? 0,
            Events = maps?.TuningCounters.EventCount ?? 0,
            Unfinished = maps?.Unfinished ?? false,
        };
    }

    /// <inheritdoc/>
    public void Handle(ActionHandlers handlers)
    {
        handlers.On<CreateSharedMaps>(Create);
        handlers.On<RestoreSharedPins>(_ => RestorePins());
        handlers.On<GrowTables>(Grow);
        handlers.On<SetPauses>(pauses => SetPauses(pauses.Pauses));
        handlers.On<RemoveFormerMaps>(former => RemoveFormer(former.Path));
        handlers.On<RemoveSharedMaps>(_ => RemoveMaps());
    }

    /// <summary>Pin of the walk over tuned sockets.</summary>
    internal string TunedSocketsPin => _ledger.TunedSocketsPin(Layout.Digest);

    /// <summary>Pin of the walk over listeners.</summary>
    internal string ListenersPin => _ledger.ListenersPin(Layout.Digest);

    /// <summary>Directories of shared maps of other layouts, which chains of another version may use.</summary>
    internal IEnumerable<string> Former => FormerMaps.Find(_ledger, Layout.Digest);

    /// <summary>The layout this version makes. Reading it opens the chain's object, which the kill switch does without.</summary>
    private MapLayout Layout => _layout.Value;

    /// <summary>The shared maps, or null while no chain needs them.</summary>
    internal SharedMaps? Maps => _maps ??= SharedMaps.TryOpen(_ledger, Layout, Recover);

    /// <summary>Whether a pin of the shared maps, or that of a walk over their sockets, is gone.</summary>
    private bool ArePinsMissing(SharedMaps maps) =>
        !maps.ArePinned(_ledger)
        || IsMissing(TunedSocketsPin, CapabilityNames.IterTcp)
        || IsMissing(ListenersPin, CapabilityNames.IterTcpSetsockopt);

    private bool IsMissing(string pin, string capability) => !HostFiles.Exists(pin) && _capabilities().Has(capability);

    internal SharedMaps Require() =>
        Maps ?? throw new BpfException("the shared maps no longer exist; run the same command again to create them");

    private Outcome Create(CreateSharedMaps action)
    {
        _maps?.Dispose();
        _maps = null;
        _maps = SharedMaps.Create(_ledger, _objects, action.Room, action.Pauses);
        try
        {
            PinWalks();
        }
        catch
        {
            Remove();
            throw;
        }

        return Outcome.Undoable(Remove);
    }

    private Outcome RestorePins()
    {
        Require().RestorePins(_ledger);
        PinWalks();
        return Outcome.Done;
    }

    private Outcome Grow(GrowTables action)
    {
        Require().Finish();
        if (action.Room.Profiles > Require().ProfileRoom || action.Room.Events > Require().EventRoom)
        {
            Require().Grow(action.Room);
        }

        return Outcome.Done;
    }

    private Outcome SetPauses(ImmutableSortedSet<string> pauses)
    {
        Require().StateMap.Pauses = pauses;
        return Outcome.Done;
    }

    private Outcome RemoveMaps()
    {
        Remove();
        return Outcome.Done;
    }

    private Outcome RemoveFormer(string directory)
    {
        if (Maps is { } maps)
        {
            FormerMaps.CarryOver(directory, maps);
        }

        _ledger.RemoveDirectory(directory);
        return Outcome.Done;
    }

    public void Dispose() => _maps?.Dispose();

    private void Remove()
    {
        _maps?.Dispose();
        _maps = null;
        SharedMaps.Remove(_ledger, Layout.Digest);
        _ledger.RemoveEmptyDirectories();
    }

    /// <summary>Pins of sets of maps that are not whole.</summary>
    private IEnumerable<Orphan> UnfinishedSets(SharedMaps? maps) =>
        [
            .. LedgerDirectory
                .Directories(_ledger.Maps)
                .Where(directory => directory.EndsWith(LedgerDirectory.Unfinished, StringComparison.Ordinal))
                .SelectMany(LedgerDirectory.Pins)
                .Select(pin => new Orphan(pin, "unfinished shared maps, left by an interrupted start")),
            .. (maps is null ? LedgerDirectory.Pins(_ledger.MapsDirectory(Layout.Digest)) : []).Select(
                pin => new Orphan(pin, "a shared map whose other maps are missing and which no attached program uses")
            ),
        ];

    /// <summary>Pins the walks over sockets, unless they are or the kernel has none.</summary>
    internal void PinWalks()
    {
        Pin(TunedSocketsPin, "tuned sockets", _objects.TunedSockets, CapabilityNames.IterTcp);
        Pin(ListenersPin, "listeners", _objects.Listeners, CapabilityNames.IterTcpSetsockopt);
    }

    private void Pin(string pin, string name, BpfObject walk, string capability)
    {
        if (!IsMissing(pin, capability))
        {
            return;
        }

        using var loaded = LoadedObject.Open(name, walk.Image.ToArray());
        Require().GiveTo(loaded);
        loaded.Load();
        new LinkPin(pin).Keep(IterTcp.Choose(_capabilities()).Attach(loaded, AttachPoint.None));
    }

    /* A map whose pin somebody removed lives on in the programs that use it. Those are ours by their links' pins. */
    private KernelHandle? Recover(MapShape shape)
    {
        foreach (
            var pin in PinLocator.Chains(_ledger).Where(pin => Path.GetFileName(pin.Place) == LedgerDirectory.Link)
        )
        {
            using var link = LedgerDirectory.TryGet(pin.Path);
            if (link is null)
            {
                continue;
            }

            using var program = KernelHandle.Of(
                LibBpf.bpf_prog_get_fd_by_id(KernelInfo.Link(link).ProgramId),
                "open the program of a chain"
            );
            foreach (var id in KernelInfo.Program(program).MapIds)
            {
                if (
                    KernelHandle
                        .Of(LibBpf.bpf_map_get_fd_by_id(id), $"open the map {id}")
                        .DisposeUnless(map => shape.Fits(KernelInfo.Map(map))) is
                    { } found
                )
                {
                    return found;
                }
            }
        }

        return null;
    }
}
