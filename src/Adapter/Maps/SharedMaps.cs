using System.Collections.Immutable;
using System.Security.Cryptography;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Objects;
using NetEdit.State;

namespace NetEdit.Adapter.Maps;

/// <summary>
/// The maps all chains share: made when the first chain needs them, shaped by the chain object, pinned in the ledger under
/// their layout.
/// </summary>
internal sealed class SharedMaps : IDisposable
{
    internal const string State = "netedit_state";
    internal const string Counters = "netedit_counters";
    internal const string Events = "netedit_events";

    private const string Ports = "netedit_ports";
    private const string Rules = "netedit_rules";
    private const string Profiles = "netedit_profiles";
    private const string Sockets = "netedit_sockets";

    private readonly ImmutableArray<KernelMap> _maps;
    private readonly GrowingTable _profiles;
    private readonly GrowingTable _counters;
    private readonly GrowingTable _events;

    private SharedMaps(MapLayout layout, ImmutableArray<KernelMap> maps)
    {
        _maps = maps;
        Layout = layout.Digest;
        StateId = KernelInfo.Map(this[State].Handle).Id;
        RuleTables = new RuleTables(this[State], this[Ports], this[Rules]);
        _profiles = new GrowingTable(this[Profiles], layout[Profiles].Inner!);
        _counters = new GrowingTable(this[Counters], layout[Counters].Inner!);
        _events = new GrowingTable(this[Events], layout[Events].Inner!);
        TuningCounters = new TuningCounters(_counters, _events);
    }

    /// <summary>Digest of their layout.</summary>
    internal string Layout { get; }

    /// <summary>The kernel's id of the state map: a program that uses it uses this set.</summary>
    internal uint StateId { get; }

    /// <summary>The two rule tables and the switch between them.</summary>
    internal RuleTables RuleTables { get; }

    /// <summary>What chains count.</summary>
    internal TuningCounters TuningCounters { get; }

    /// <summary>The storage of tuned sockets.</summary>
    internal KernelMap SocketStorage => this[Sockets];

    /// <summary>Locked kernel memory by name, the tables inside maps of maps included.</summary>
    internal IEnumerable<MapUsage> ReadMemory() => _maps.Select(map => new MapUsage(map.Name, KernelInfo.MemoryBytes(map.Handle) + InnerMemory(map)));

    /// <summary>Profiles there is room for.</summary>
    internal int ProfileRoom => _profiles.Room;

    /// <summary>Events there is room for.</summary>
    internal int EventRoom => _events.Room;

    internal ImmutableSortedSet<string> Pauses
    {
        get => StateRecord.ReadPauses(RuleTables.ReadState());
        set
        {
            var state = RuleTables.ReadState();
            StateRecord.WritePauses(state, value);
            RuleTables.WriteState(state);
        }
    }

    private KernelMap this[string name] => _maps.First(map => string.Equals(map.Name, name, StringComparison.Ordinal));

    /// <summary>Opens the maps of a ledger; null when one is missing: they come and go together.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="layout">Their layout.</param>
    /// <param name="recover">Finds a map whose pin is gone among those that attached programs hold; null when none does.</param>
    internal static SharedMaps? TryOpen(LedgerDirectory ledger, MapLayout layout, Func<MapShape, KernelHandle?> recover)
    {
        var maps = ImmutableArray.CreateBuilder<KernelMap>();
        foreach (var shape in layout.Shapes)
        {
            if ((LedgerDirectory.TryGet(ledger.MapPin(layout.Digest, shape.Name)) ?? recover(shape)) is not { } handle)
            {
                foreach (var map in maps)
                {
                    map.Dispose();
                }

                return null;
            }

            maps.Add(new KernelMap(shape.Name, handle));
        }

        return new SharedMaps(layout, maps.ToImmutable());
    }

    /// <summary>Creates and pins the maps. They are made aside and moved into place as a whole, so that a set is whole or not there.</summary>
    internal static SharedMaps Create(LedgerDirectory ledger, AdapterObjects objects, TableRoom room, ImmutableSortedSet<string> pauses)
    {
        using var loaded = LoadedObject.Open("shared maps", objects.SockopsChain.Image.ToArray());
        var layout = MapLayout.Of(loaded);
        foreach (var program in loaded.Programs())
        {
            _ = LibBpf.bpf_program__set_autoload(program, 0);
        }

        loaded.Load();
        var aside = ledger.MapsDirectory(layout.Digest + LedgerDirectory.Unfinished);
        ledger.RemoveDirectory(aside);
        try
        {
            foreach (var shape in layout.Shapes)
            {
                LedgerDirectory.Pin(LibBpf.bpf_map__fd(loaded.Map(shape.Name)), Path.Combine(aside, shape.Name));
            }

            using (var made = Open(layout, aside))
            {
                made.Start(room, pauses);
            }

            ledger.MoveDirectory(aside, ledger.MapsDirectory(layout.Digest));
        }
        catch (BpfException)
        {
            ledger.RemoveDirectory(aside);
            throw;
        }

        return Open(layout, ledger.MapsDirectory(layout.Digest));
    }

    /// <summary>Removes the pins. The kernel frees the maps when the last program that uses them goes.</summary>
    internal static void Remove(LedgerDirectory ledger, string layout) => ledger.RemoveDirectory(ledger.MapsDirectory(layout));

    /// <summary>Whether each map is pinned.</summary>
    internal bool ArePinned(LedgerDirectory ledger) => _maps.All(map => File.Exists(ledger.MapPin(Layout, map.Name)));

    /// <summary>Pins the maps whose pins are gone.</summary>
    internal void RestorePins(LedgerDirectory ledger)
    {
        foreach (var map in _maps.Where(map => !File.Exists(ledger.MapPin(Layout, map.Name))))
        {
            LedgerDirectory.Pin(map.Handle.Fd, ledger.MapPin(Layout, map.Name));
        }
    }

    /// <summary>Uses these maps in the place of an object's own.</summary>
    internal void GiveTo(LoadedObject loaded)
    {
        foreach (var (name, _) in loaded.Maps().ToList())
        {
            if (_maps.FirstOrDefault(map => string.Equals(map.Name, name, StringComparison.Ordinal)) is { } map)
            {
                loaded.Reuse(name, map.Handle);
            }
        }
    }

    internal ImmutableSortedDictionary<ulong, ImmutableArray<byte>> ReadProfiles()
    {
        var profiles = ImmutableSortedDictionary.CreateBuilder<ulong, ImmutableArray<byte>>();
        var value = new byte[Abi.Profile.Size];
        foreach (var key in _profiles.Current.Keys(sizeof(ulong)))
        {
            if (_profiles.Current.TryLookup(key, value))
            {
                profiles[BitConverter.ToUInt64(key)] = [.. value];
            }
        }

        return profiles.ToImmutable();
    }

    /// <summary>A profile's bytes, or null.</summary>
    internal byte[]? ReadProfile(ulong id)
    {
        var value = new byte[Abi.Profile.Size];
        return _profiles.Current.TryLookup(BitConverter.GetBytes(id), value) ? value : null;
    }

    internal void WriteProfile(ulong id, ReadOnlySpan<byte> value)
    {
        /* The counters first: once a profile is there, connections count. */
        TuningCounters.Add(id);
        _profiles.Current.Update(BitConverter.GetBytes(id), value);
    }

    internal void DeleteProfile(ulong id)
    {
        _profiles.Current.Delete(BitConverter.GetBytes(id));
        TuningCounters.Remove(id);
    }

    /// <summary>Makes room for more profiles and events.</summary>
    internal void Grow(TableRoom room)
    {
        TuningCounters.Grow(room.Profiles, room.Events);
        _profiles.Grow(
            room.Profiles,
            static (former, table) =>
            {
                var value = new byte[Abi.Profile.Size];
                foreach (var key in former.Keys(sizeof(ulong)).Where(key => former.TryLookup(key, value)))
                {
                    table.Update(key, value);
                }
            },
            null);
    }

    /// <summary>Ends what an interrupted run began.</summary>
    internal void Finish() => TuningCounters.Finish();

    public void Dispose()
    {
        _profiles.Dispose();
        _counters.Dispose();
        _events.Dispose();
        foreach (var map in _maps)
        {
            map.Dispose();
        }
    }

    private static long InnerMemory(KernelMap map)
    {
        var info = KernelInfo.Map(map.Handle);
        if (info.Type != Interop.Bpf.MapTypeArrayOfMaps)
        {
            return 0;
        }

        var bytes = 0L;
        var id = new byte[sizeof(uint)];
        for (var slot = 0u; slot < info.MaxEntries; slot++)
        {
            if (map.TryLookup(BitConverter.GetBytes(slot), id))
            {
                using var inner = KernelHandle.Of(LibBpf.bpf_map_get_fd_by_id(BitConverter.ToUInt32(id)), $"open a table of {map.Name}");
                bytes += KernelInfo.MemoryBytes(inner);
            }
        }

        return bytes;
    }

    private static SharedMaps Open(MapLayout layout, string directory) => new(layout, [.. layout.Shapes.Select(shape => new KernelMap(
        shape.Name,
        LedgerDirectory.TryGet(Path.Combine(directory, shape.Name)) ?? throw new BpfException($"{directory} vanished while the shared maps were made; is another netedit at work on this ledger?")))]);

    private void Start(TableRoom room, ImmutableSortedSet<string> pauses)
    {
        _profiles.Start(room.Profiles);
        _counters.Start(room.Profiles * 2);
        _events.Start(room.Events);
        var state = new byte[Abi.State.Size];
        RandomNumberGenerator.Fill(state.AsSpan(Abi.State.Seed, sizeof(ulong)));
        StateRecord.WritePauses(state, pauses);
        RuleTables.WriteState(state);
    }
}
