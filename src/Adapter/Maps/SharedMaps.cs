using System.Collections.Immutable;
using System.Security.Cryptography;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Objects;
using NetEdit.State;

namespace NetEdit.Adapter.Maps;

/// <summary>
/// The maps all chains share: made when the first chain needs them, shaped by the chain object, pinned in the ledger.
/// </summary>
internal sealed class SharedMaps : IDisposable
{
    private const string State = "netedit_state";
    private const string Ports = "netedit_ports";
    private const string Rules = "netedit_rules";
    private const string Recent = "netedit_recent";
    private const string Profiles = "netedit_profiles";
    private const string Counters = "netedit_counters";
    private const string Events = "netedit_events";
    private const string Sockets = "netedit_sockets";

    private static readonly ImmutableArray<string> Names = [State, Ports, Rules, Recent, Profiles, Counters, Events, Sockets];

    private readonly ImmutableArray<KernelMap> _maps;

    private SharedMaps(ImmutableArray<KernelMap> maps)
    {
        _maps = maps;
        RuleTables = new RuleTables(this[State], this[Ports], this[Rules]);
    }

    /// <summary>The two rule tables and the switch between them.</summary>
    internal RuleTables RuleTables { get; }

    /// <summary>The storage of tuned sockets.</summary>
    internal KernelMap SocketStorage => this[Sockets];

    internal IEnumerable<KernelMap> All => _maps;

    private KernelMap this[string name] => _maps[Names.IndexOf(name)];

    /// <summary>Opens the maps of a ledger; null when one is missing: they come and go together.</summary>
    internal static SharedMaps? TryOpen(LedgerDirectory ledger)
    {
        var maps = ImmutableArray.CreateBuilder<KernelMap>();
        foreach (var name in Names)
        {
            if (LedgerDirectory.TryGet(ledger.MapPin(name)) is not { } handle)
            {
                foreach (var map in maps)
                {
                    map.Dispose();
                }

                return null;
            }

            maps.Add(new KernelMap(name, handle));
        }

        return new SharedMaps(maps.ToImmutable());
    }

    /// <summary>Creates and pins the maps. What an interrupted run left is replaced.</summary>
    internal static SharedMaps Create(LedgerDirectory ledger)
    {
        var image = EmbeddedObjects.SockopsChain;
        using var loaded = LoadedObject.Open("shared maps", image.Image.ToArray());
        foreach (var program in loaded.Programs())
        {
            _ = LibBpf.bpf_program__set_autoload(program, 0);
        }

        loaded.Load();
        var pinned = new List<string>();
        try
        {
            foreach (var name in Names)
            {
                ledger.Remove(ledger.MapPin(name));
                LedgerDirectory.Pin(LibBpf.bpf_map__fd(loaded.Map(name)), ledger.MapPin(name));
                pinned.Add(ledger.MapPin(name));
            }
        }
        catch (BpfException)
        {
            pinned.ForEach(pin => ledger.Remove(pin));
            throw;
        }

        var maps = TryOpen(ledger) ?? throw new BpfException("the shared maps vanished while they were made; is another netedit at work on this ledger?");
        var state = maps.RuleTables.ReadState();
        RandomNumberGenerator.Fill(state.AsSpan(Abi.State.Seed));
        maps.RuleTables.WriteState(state);
        return maps;
    }

    /// <summary>Removes the pins. The kernel frees the maps when the last program that uses them goes.</summary>
    internal static void Remove(LedgerDirectory ledger)
    {
        foreach (var name in Names)
        {
            ledger.Remove(ledger.MapPin(name));
        }
    }

    /// <summary>Whether each map is pinned.</summary>
    internal bool ArePinned(LedgerDirectory ledger) => _maps.All(map => File.Exists(ledger.MapPin(map.Name)));

    /// <summary>Pins the maps whose pins are gone.</summary>
    internal void RestorePins(LedgerDirectory ledger)
    {
        foreach (var map in _maps.Where(map => !File.Exists(ledger.MapPin(map.Name))))
        {
            LedgerDirectory.Pin(map.Handle.Fd, ledger.MapPin(map.Name));
        }
    }

    /// <summary>Uses these maps in the place of an object's own.</summary>
    internal void GiveTo(LoadedObject loaded)
    {
        foreach (var (name, _) in loaded.Maps().Where(map => Names.Contains(map.Name)).ToList())
        {
            loaded.Reuse(name, this[name].Handle);
        }
    }

    internal bool Paused
    {
        get => RuleTables.ReadState()[Abi.State.Paused] != 0;
        set
        {
            var state = RuleTables.ReadState();
            state[Abi.State.Paused] = value ? (byte)1 : (byte)0;
            RuleTables.WriteState(state);
        }
    }

    internal ImmutableSortedDictionary<ulong, ImmutableArray<byte>> ReadProfiles()
    {
        var profiles = ImmutableSortedDictionary.CreateBuilder<ulong, ImmutableArray<byte>>();
        var value = new byte[Abi.Profile.Size];
        foreach (var key in this[Profiles].Keys(sizeof(ulong)))
        {
            if (this[Profiles].TryLookup(key, value))
            {
                profiles[BitConverter.ToUInt64(key)] = [.. value];
            }
        }

        return profiles.ToImmutable();
    }

    internal void WriteProfile(DesiredProfile profile)
    {
        var key = BitConverter.GetBytes(profile.Id);
        /* The counters first: once a profile is there, connections count. */
        this[Counters].TryAdd(key, new byte[PossibleCpus.Count * Abi.Counters.Size]);
        this[Profiles].Update(key, DesiredDigest.EncodeProfile(profile));
    }

    internal void DeleteProfile(ulong id)
    {
        var key = BitConverter.GetBytes(id);
        this[Profiles].Delete(key);
        this[Counters].Delete(key);
        foreach (var entry in this[Events].Keys(Abi.Event.KeySize).Where(entry => entry.AsSpan(0, sizeof(ulong)).SequenceEqual(key)))
        {
            this[Events].Delete(entry);
        }
    }

    /// <summary>Every counter that is not zero.</summary>
    internal IEnumerable<TuningCounter> ReadCounters()
    {
        var perCpu = new byte[PossibleCpus.Count * Abi.Counters.Size];
        foreach (var key in this[Counters].Keys(sizeof(ulong)))
        {
            if (!this[Counters].TryLookup(key, perCpu))
            {
                continue;
            }

            for (var slot = 0; slot < Abi.Stages; slot++)
            {
                ulong sum = 0;
                for (var cpu = 0; cpu < PossibleCpus.Count; cpu++)
                {
                    sum += BitConverter.ToUInt64(perCpu, (cpu * Abi.Counters.Size) + (slot * sizeof(ulong)));
                }

                if (sum > 0)
                {
                    yield return new TuningCounter(BitConverter.ToUInt64(key), slot, CounterKind.Tuned, "", sum);
                }
            }
        }

        var count = new byte[sizeof(ulong)];
        foreach (var key in this[Events].Keys(Abi.Event.KeySize))
        {
            if (this[Events].TryLookup(key, count))
            {
                var failed = BitConverter.ToUInt16(key, Abi.Event.Kind) == Abi.Event.Failed;
                yield return new TuningCounter(
                    BitConverter.ToUInt64(key),
                    BitConverter.ToUInt16(key, Abi.Event.Slot),
                    failed ? CounterKind.Failed : CounterKind.Conflict,
                    failed ? BpfError.Name(BitConverter.ToInt32(key, Abi.Event.Error)) : "",
                    BitConverter.ToUInt64(count));
            }
        }
    }

    public void Dispose()
    {
        foreach (var map in _maps)
        {
            map.Dispose();
        }
    }
}
