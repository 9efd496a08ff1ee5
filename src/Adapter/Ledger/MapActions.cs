using System.Collections.Immutable;
using NetEdit.Adapter.Chains;
using NetEdit.Adapter.Hookpoints;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Maps;
using NetEdit.Adapter.Objects;
using NetEdit.Host;
using NetEdit.Model;

namespace NetEdit.Adapter.Ledger;

/// <summary>Actions on the shared maps and what is in them.</summary>
internal sealed class MapActions : IDisposable
{
    private static readonly IterTcpHookpoint IterTcp = new();

    private readonly LedgerDirectory _ledger;
    private readonly AdapterObjects _objects;
    private readonly Func<CapabilityReport> _capabilities;
    private readonly Lazy<MapLayout> _layout;
    private SharedMaps? _maps;

    internal MapActions(LedgerDirectory ledger, AdapterObjects objects, Func<CapabilityReport> capabilities)
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

    /// <summary>The layout this version makes. Reading it opens the chain's object, which the kill switch does without.</summary>
    internal MapLayout Layout => _layout.Value;

    /// <summary>The shared maps, or null while no chain needs them.</summary>
    internal SharedMaps? Maps => _maps ??= SharedMaps.TryOpen(_ledger, Layout, Recover);

    /// <summary>Whether the shared maps are held, and a pin of theirs or that of the walk over their sockets is gone.</summary>
    internal bool PinsMissing => Maps is { } maps && (!maps.ArePinned(_ledger) || (!HostFiles.Exists(_ledger.LiveSocketsPin(Layout.Digest)) && _capabilities().Has(CapabilityNames.IterTcp)));

    internal SharedMaps Require() => Maps ?? throw new BpfException("the shared maps are gone; run the same again to make them anew");

    internal Outcome Create(CreateSharedMaps action)
    {
        _maps?.Dispose();
        _maps = null;
        _maps = SharedMaps.Create(_ledger, _objects, action.Room, action.Pauses);
        try
        {
            PinLiveSockets();
        }
        catch
        {
            Remove();
            throw;
        }

        return Outcome.Undoable(Remove);
    }

    internal Outcome RestorePins()
    {
        Require().RestorePins(_ledger);
        PinLiveSockets();
        return Outcome.Done;
    }

    internal Outcome Grow(GrowTables action)
    {
        Require().Finish();
        if (action.Room.Profiles > Require().ProfileRoom || action.Room.Events > Require().EventRoom)
        {
            Require().Grow(action.Room);
        }

        return Outcome.Done;
    }

    internal Outcome SetPauses(ImmutableSortedSet<string> pauses)
    {
        Require().StateMap.Pauses = pauses;
        return Outcome.Done;
    }

    internal Outcome WriteProfiles(IReadOnlyList<DesiredProfile> profiles)
    {
        var before = Require().KnownProfiles;
        try
        {
            Require().WriteProfiles([.. profiles.Select(profile => (profile.Id, DesiredDigest.EncodeProfile(profile).ToImmutableArray()))]);
        }
        catch
        {
            PutBack();
            throw;
        }

        return Outcome.Undoable(PutBack);

        void PutBack()
        {
            foreach (var added in profiles.Where(profile => !before.ContainsKey(profile.Id)))
            {
                Require().DeleteProfile(added.Id);
            }

            Require().WriteProfiles([.. profiles.Where(profile => before.ContainsKey(profile.Id)).Select(profile => (profile.Id, before[profile.Id]))]);
        }
    }

    internal Outcome DeleteProfile(ulong id)
    {
        Require().DeleteProfile(id);
        return Outcome.Done;
    }

    internal Outcome SwitchRules(RuleTable rules)
    {
        var before = Require().RuleTables.Read();
        Require().RuleTables.Switch(rules);
        return Outcome.Undoable(() => Require().RuleTables.Switch(before));
    }

    internal Outcome RemoveMaps()
    {
        Remove();
        return Outcome.Done;
    }

    internal Outcome RemoveFormer(string directory)
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

    private void PinLiveSockets()
    {
        var pin = _ledger.LiveSocketsPin(Layout.Digest);
        if (HostFiles.Exists(pin) || !_capabilities().Has(CapabilityNames.IterTcp))
        {
            return;
        }

        using var loaded = LoadedObject.Open("live sockets", _objects.LiveSockets.Image.ToArray());
        Require().GiveTo(loaded);
        loaded.Load();
        new LinkPin(pin).Keep(IterTcp.Choose(_capabilities()).Attach(loaded, AttachPoint.None));
    }

    /* A map whose pin somebody removed lives on in the programs that use it. Those are ours by their links' pins. */
    private KernelHandle? Recover(MapShape shape)
    {
        foreach (var pin in PinLocator.Chains(_ledger).Where(pin => Path.GetFileName(pin.Place) == LedgerDirectory.Link))
        {
            using var link = LedgerDirectory.TryGet(pin.Path);
            if (link is null)
            {
                continue;
            }

            using var program = KernelHandle.Of(LibBpf.bpf_prog_get_fd_by_id(KernelInfo.Link(link).ProgramId), "open the program of a chain");
            foreach (var id in KernelInfo.Program(program).MapIds)
            {
                if (KernelHandle.Of(LibBpf.bpf_map_get_fd_by_id(id), $"open the map {id}").KeepIf(map => shape.Fits(KernelInfo.Map(map))) is { } found)
                {
                    return found;
                }
            }
        }

        return null;
    }
}
