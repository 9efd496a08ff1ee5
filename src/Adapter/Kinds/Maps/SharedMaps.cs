using System.Collections.Immutable;
using System.Security.Cryptography;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Maps;
using NetEdit.Adapter.Objects;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>
/// The maps all chains share: made when the first chain needs them, shaped by the chain object, pinned in the ledger under
/// their layout.
/// </summary>
internal sealed class SharedMaps : IDisposable
{
    internal const string State = "netedit_state";
    internal const string Counters = "netedit_counters";
    internal const string Events = "netedit_events";
    internal const string Measures = "netedit_measures";
    internal const string Sockets = "netedit_sockets";
    internal const string Scopes = "netedit_scopes";

    private const string Ports = "netedit_ports";
    private const string Origins = "netedit_origins";
    private const string Ranges = "netedit_ranges";
    private const string Rules = "netedit_rules";
    private const string Profiles = "netedit_profiles";

    private readonly ImmutableArray<KernelMap> _maps;
    private readonly GrowingTable _counters;
    private readonly GrowingTable _measures;
    private readonly GrowingTable _events;

    private SharedMaps(MapLayout layout, ImmutableArray<KernelMap> maps)
    {
        _maps = maps;
        Layout = layout.Digest;
        StateId = KernelInfo.Map(this[State].Handle).Id;
        StateMap = new StateMap(this[State]);
        ScopeTable = new ScopeTable(this[Scopes]);
        RuleTables = new RuleTables(StateMap, this[Ports], this[Origins], this[Ranges], this[Rules]);
        _counters = new GrowingTable(this[Counters], layout[Counters].Inner!);
        _measures = new GrowingTable(this[Measures], layout[Measures].Inner!);
        _events = new GrowingTable(this[Events], layout[Events].Inner!);
        TuningCounters = new TuningCounters(_counters, _measures, _events);
        ProfileTable = new ProfileTable(new GrowingTable(this[Profiles], layout[Profiles].Inner!), TuningCounters);
    }

    /// <summary>Digest of their layout.</summary>
    internal string Layout { get; }

    /// <summary>The kernel's id of the state map: a program that uses it uses this set.</summary>
    internal uint StateId { get; }

    /// <summary>Generation of the rules, and what is paused.</summary>
    internal StateMap StateMap { get; }

    /// <summary>The two rule tables and the switch between them.</summary>
    internal RuleTables RuleTables { get; }

    /// <summary>The scopes.</summary>
    internal ScopeTable ScopeTable { get; }

    /// <summary>What chains count.</summary>
    internal TuningCounters TuningCounters { get; }

    /// <summary>The storage of tuned sockets.</summary>
    internal KernelMap SocketStorage => this[Sockets];

    /// <summary>The maps.</summary>
    internal IEnumerable<KernelMap> All => _maps;

    /// <summary>Locked kernel memory by name, the tables inside maps of maps included.</summary>
    internal IEnumerable<MapUsage> ReadMemory() =>
        _maps.Select(map => new MapUsage(
            map.Name,
            KernelInfo.MemoryBytes(map.Handle) + InnerMemory(map),
            EntriesOf(map.Name)
        ));

    /// <summary>Profiles there is room for.</summary>
    internal int ProfileRoom => ProfileTable.Room;

    /// <summary>Events there is room for.</summary>
    internal int EventRoom => _events.Room;

    private KernelMap this[string name] => _maps.First(map => string.Equals(map.Name, name, StringComparison.Ordinal));

    /// <summary>Opens the maps of a ledger; null when one is missing: they come and go together.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="layout">Their layout.</param>
    /// <param name="recover">Finds a map whose pin is gone among those that attached programs hold; null when none does.</param>
    internal static SharedMaps? TryOpen(
        LedgerDirectory ledger,
        MapLayout layout,
        Func<MapShape, KernelHandle?> recover
    ) => Open(layout, shape => LedgerDirectory.TryGet(ledger.MapPin(layout.Digest, shape.Name)) ?? recover(shape));

    /// <summary>
    /// Creates and pins the maps. They are made aside and moved into place as a whole, so that a set is whole or not there. The storage
    /// of the sockets is taken over from a set of another layout where there is one.
    /// </summary>
    internal static SharedMaps Create(
        LedgerDirectory ledger,
        AdapterObjects objects,
        TableRoom room,
        ImmutableSortedSet<string> pauses
    )
    {
        using var loaded = LoadedObject.Open("shared maps", objects.SockopsChain.Image.ToArray());
        var layout = MapLayout.Of(loaded);
        foreach (var program in loaded.Programs())
        {
            _ = LibBpf.bpf_program__set_autoload(program, 0);
        }

        /* libbpf may lose the name of a map in whose place another is used. */
        var maps = layout.Shapes.Select(shape => (shape.Name, Map: loaded.Map(shape.Name))).ToList();
        var (sockets, generation) = FormerMaps.Continue(FormerMaps.Find(ledger, layout.Digest), layout[Sockets]);
        using (sockets)
        {
            if (sockets is not null)
            {
                loaded.Reuse(Sockets, sockets);
            }

            loaded.Load();
        }

        var aside = ledger.MapsDirectory(layout.Digest + LedgerDirectory.Unfinished);
        ledger.RemoveDirectory(aside);
        try
        {
            foreach (var (name, map) in maps)
            {
                LedgerDirectory.Pin(LibBpf.bpf_map__fd(map), Path.Combine(aside, name));
            }

            using (var made = Open(layout, aside))
            {
                made.Start(room, pauses, generation);
            }

            ledger.MoveDirectory(aside, ledger.MapsDirectory(layout.Digest));
            return Open(layout, ledger.MapsDirectory(layout.Digest));
        }
        catch
        {
            ledger.RemoveDirectory(aside);
            Remove(ledger, layout.Digest);
            throw;
        }
    }

    /// <summary>Removes the pins. The kernel frees the maps when the last program that uses them goes.</summary>
    internal static void Remove(LedgerDirectory ledger, string layout) =>
        ledger.RemoveDirectory(ledger.MapsDirectory(layout));

    /// <summary>Whether each map is pinned.</summary>
    internal bool ArePinned(LedgerDirectory ledger) =>
        _maps.All(map => HostFiles.Exists(ledger.MapPin(Layout, map.Name)));

    /// <summary>Pins the maps whose pins are gone.</summary>
    internal void RestorePins(LedgerDirectory ledger)
    {
        foreach (var map in _maps.Where(map => !HostFiles.Exists(ledger.MapPin(Layout, map.Name))))
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

    /// <summary>The profiles.</summary>
    internal ProfileTable ProfileTable { get; }

    /// <summary>Looks which tables programs use.</summary>
    internal void Refresh()
    {
        ProfileTable.Refresh();
        _counters.Refresh();
        _measures.Refresh();
        _events.Refresh();
    }

    /// <summary>Makes room for more profiles and events.</summary>
    internal void Grow(TableRoom room)
    {
        TuningCounters.Grow(room.Profiles, room.Events);
        ProfileTable.Grow(room.Profiles);
    }

    /// <summary>Ends what an interrupted run began.</summary>
    internal void Finish()
    {
        TuningCounters.Finish();
        RuleTables.Finish();
        ScopeTable.Finish();
    }

    /// <summary>Whether an interrupted run left tables that are not in use, or scopes that are none any more.</summary>
    internal bool Unfinished => TuningCounters.GrowthUnfinished || RuleTables.SwitchUnfinished;

    public void Dispose()
    {
        StateMap.Dispose();
        ProfileTable.Dispose();
        _counters.Dispose();
        _measures.Dispose();
        _events.Dispose();
        foreach (var map in _maps)
        {
            map.Dispose();
        }
    }

    private static MapEntries EntriesOf(string name) =>
        name switch
        {
            Rules or Ranges => MapEntries.Rules,
            Profiles or Counters or Measures => MapEntries.Profiles,
            _ => MapEntries.Shared,
        };

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
                using var inner = KernelHandle.Of(
                    LibBpf.bpf_map_get_fd_by_id(BitConverter.ToUInt32(id)),
                    $"open a table of {map.Name}"
                );
                bytes += KernelInfo.MemoryBytes(inner);
            }
        }

        return bytes;
    }

    private static SharedMaps Open(MapLayout layout, string directory) =>
        Open(layout, shape => LedgerDirectory.TryGet(Path.Combine(directory, shape.Name)))
        ?? throw new BpfException(
            $"{directory} vanished while the shared maps were made; is another netedit at work on this ledger?"
        );

    /// <summary>All maps of a layout, or null when one is not found.</summary>
    private static SharedMaps? Open(MapLayout layout, Func<MapShape, KernelHandle?> find)
    {
        var maps = ImmutableArray.CreateBuilder<KernelMap>();
        SharedMaps? whole = null;
        try
        {
            while (maps.Count < layout.Shapes.Length && find(layout.Shapes[maps.Count]) is { } handle)
            {
                maps.Add(new KernelMap(layout.Shapes[maps.Count].Name, handle));
            }

            return whole = maps.Count == layout.Shapes.Length ? new SharedMaps(layout, maps.ToImmutable()) : null;
        }
        finally
        {
            if (whole is null)
            {
                maps.ToList().ForEach(map => map.Dispose());
            }
        }
    }

    private void Start(TableRoom room, ImmutableSortedSet<string> pauses, uint generation)
    {
        ProfileTable.Start(room.Profiles);
        _counters.Start(room.Profiles * 2);
        _measures.Start(room.Profiles * 2);
        _events.Start(room.Events);
        StateMap.Start(generation, pauses, RandomNumberGenerator.GetBytes(sizeof(ulong)));
    }
}
