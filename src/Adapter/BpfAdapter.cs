using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using NetEdit.Adapter.Connections;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Kinds;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Objects;
using NetEdit.Adapter.Probing;
using NetEdit.Model;

namespace NetEdit.Adapter;

/// <summary>
/// The only part that touches the kernel: hides the differences between kernel versions behind hookpoints.
/// Any thread may call it. A caller waits for at most one action of a plan that another one executes, and for nobody to read or set
/// pauses. Plans are executed one at a time.
/// </summary>
public sealed class BpfAdapter : IDisposable
{
    private readonly AdapterOptions _options;
    private readonly AdapterObjects _objects;
    private readonly CapabilityCache _capabilities;
    private readonly Lock _gate = new();
    private Cgroups? _cgroups;
    private LedgerDirectory _ledger;
    private KernelKinds _kinds;
    private KernelHandle? _statistics;

    /// <summary>Ticks of the kernel in a second (CONFIG_HZ): 100, 250, 300 or 1000.</summary>
    /// <exception cref="BpfException">The kernel does not tell.</exception>
    public static uint TicksPerSecond => Ticks.PerSecond;

    private BpfAdapter(AdapterOptions options, AdapterObjects objects)
    {
        _options = options;
        _objects = objects;
        _capabilities = new CapabilityCache(options.CapabilityCache, TimeProvider.System);
        MakeParts(FindLedger(), MountInfo.FindCgroup2());
    }

    /// <summary>What this host can do; probed when first asked for.</summary>
    public CapabilityReport Capabilities
    {
        get
        {
            lock (_gate)
            {
                return _capabilities.Get();
            }
        }
    }

    /// <summary>Digest of the chain object this adapter fuses stages into.</summary>
    public string ChainObjectDigest => _objects.SockopsChain.Digest;

    /// <summary>Mount point of the cgroup v2 hierarchy, or null.</summary>
    public string? CgroupMount => _cgroups?.Mount;

    /// <summary>The shared maps, or null while there are none.</summary>
    internal SharedMaps? Maps => _kinds.Maps;

    /// <summary>Directory of the ledger on the BPF file system.</summary>
    public string LedgerPath => _ledger.Root;

    /// <summary>Whether the host had no BPF file system and the adapter mounted it. It stays mounted.</summary>
    public bool HasMounted { get; private set; }

    /// <summary>Opens the adapter. Changes nothing on the host, except that the BPF file system is mounted at its usual place when it is not.</summary>
    /// <exception cref="BpfException">The host cannot run BPF programs at all (no libbpf, no permission, no BPF file system); the message says which and what to do.</exception>
    public static BpfAdapter Open(AdapterOptions options) => Open(options, AdapterObjects.Embedded);

    /// <summary>Opens the adapter with other BPF objects than those of this build: another version's.</summary>
    internal static BpfAdapter Open(AdapterOptions options, AdapterObjects objects)
    {
        if (
            options.Ledger.Length is 0 or > 64
            || !options.Ledger.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
        )
        {
            throw new BpfException(
                $"'{options.Ledger}' is no name for a ledger: use up to 64 letters, digits, '-' and '_'"
            );
        }

        Privileges.Demand();
        LibBpfLog.Install();
        LockedMemory.Raise();
        return new BpfAdapter(options, objects);
    }

    /// <summary>
    /// Looks again for what the adapter needs of the host and somebody may have taken away or given since: the BPF file system, which is
    /// mounted again when it is not, the cgroup v2 hierarchy, and capabilities that it lacked for a moment.
    /// </summary>
    /// <exception cref="BpfException">There is no BPF file system, and it cannot be mounted.</exception>
    public void Look()
    {
        lock (_gate)
        {
            _capabilities.Renew();
            var (ledger, cgroups) = (FindLedger(), MountInfo.FindCgroup2());
            if (ledger != _ledger.Root || cgroups != _cgroups?.Mount)
            {
                _kinds.Dispose();
                MakeParts(ledger, cgroups);
            }
        }
    }

    /// <summary>Tries again, at most once a minute, capabilities that were refused for want of a right. Takes some 15 ms.</summary>
    /// <returns>Whether some of them are not refused any more.</returns>
    public bool RetryDeniedCapabilities()
    {
        lock (_gate)
        {
            return _capabilities.RetryDenied();
        }
    }

    /// <summary>Which of these cgroups exist, with their ids; the root (<c>/</c>) always among them where cgroup v2 is mounted.</summary>
    public ImmutableSortedDictionary<string, ulong> FindCgroups(IEnumerable<string> paths) =>
        _cgroups?.Find(paths.Append("/")) ?? ImmutableSortedDictionary<string, ulong>.Empty;

    /// <summary>Reads back what the kernel holds of ours, and which programs of others are on our hooks.</summary>
    /// <exception cref="BpfException">The ledger cannot be read.</exception>
    public ObservedState Observe() => Observe(others: true);

    /// <summary>Reads back what the kernel holds of ours: all that a plan needs, for a sixth of the calls of <see cref="Observe()"/>.</summary>
    /// <exception cref="BpfException">The ledger cannot be read.</exception>
    public ObservedState ObserveOwn() => Observe(others: false);

    /// <summary>Chains of this ledger that go on in the kernel while their pins cannot be seen from here: a sentence for a person about each.</summary>
    /// <exception cref="BpfException">The kernel does not tell.</exception>
    public ImmutableArray<string> FindLostChains() => LostChains.Find(_ledger);

    /// <summary>
    /// Executes a plan, in order, up to the first action that fails; then the actions before it are undone, the last one first, so
    /// that the kernel is as it was. What removes something is not undone: by then the new state is in force, and the next plan
    /// goes on. Expected failures are in the result, not thrown.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="progress">Told a line per action; may be null.</param>
    /// <param name="isInterrupted">Asked before each action whether to end there; may be null.</param>
    /// <param name="beforeWalks">Called once all chains are attached and no walk over open connections has begun, or when it failed before that; must not throw; may be null.</param>
    public ExecutionResult Execute(
        Plan plan,
        IProgress<string>? progress = null,
        Func<bool>? isInterrupted = null,
        Action? beforeWalks = null
    )
    {
        var result = new PlanRunner(_kinds, _gate).Run(plan, progress, isInterrupted, beforeWalks);
        try
        {
            lock (_gate)
            {
                _kinds.Tidy();
            }
        }
        catch (BpfException failure) when (result.Error is null)
        {
            return result with { Error = failure.Message, Errno = failure.Errno };
        }
        catch (BpfException) { } // an empty directory; why the plan failed is said, and the next one tidies up

        return result;
    }

    /// <summary>Ends what an interrupted plan began: connections opened from now on get a record only where the rules do not tell what they were given.</summary>
    public void RecordNeeded() => new PlanRunner(_kinds, _gate).RecordNeeded();

    /// <summary>What the kernel has paused, texts of <see cref="PauseTarget"/>; null while no scope is tuned. Waits for nobody.</summary>
    /// <exception cref="BpfException">A pin cannot be read.</exception>
    public ImmutableSortedSet<string>? ReadPauses() => _kinds.KillSwitch.Read();

    /// <summary>
    /// Pauses exactly these in the kernel, at once: connections opened from then on are left alone, and sysctls have their original
    /// values. Waits for nobody, whoever executes a plan on this ledger.
    /// </summary>
    /// <param name="pauses">Texts of <see cref="PauseTarget"/>.</param>
    /// <exception cref="BpfException">Some of what is in force could not be switched; the rest was.</exception>
    public void SetPauses(ImmutableSortedSet<string> pauses) => _kinds.KillSwitch.Set(pauses);

    /// <summary>Reads counters, run times and memory.</summary>
    /// <param name="observed">What was observed a moment ago: only that is read, and no sockets are walked. Null to look at everything.</param>
    public KernelUsage ReadUsage(ObservedState? observed = null)
    {
        lock (_gate)
        {
            return new UsageReader(_ledger, _kinds.Maps).Read(observed ?? ObserveOwn(), sockets: observed is null);
        }
    }

    /// <summary>Reads counters, run times and memory, unless an action of a plan takes longer than a caller will wait.</summary>
    /// <param name="patience">How long to wait.</param>
    /// <returns>Null when the action took longer.</returns>
    public KernelUsage? TryReadUsage(TimeSpan patience)
    {
        if (!_gate.TryEnter(patience))
        {
            return null;
        }

        try
        {
            return ReadUsage();
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>Lists the open connections of every network namespace, with what they have. Leaves nothing behind.</summary>
    /// <param name="each">Called for each; the kernel may give one twice.</param>
    /// <exception cref="BpfException">The kernel refuses the iterator (before 5.9 it has none), or a namespace cannot be entered.</exception>
    public ConnectionListing ReadConnections(Action<OpenConnection> each)
    {
        lock (_gate)
        {
            return new ConnectionList(_objects, Capabilities).Read(_kinds.Maps, each);
        }
    }

    /// <summary>The paths of cgroups by their ids; without those that are gone.</summary>
    public ImmutableSortedDictionary<ulong, string> FindCgroupPaths(IReadOnlySet<ulong> ids) =>
        _cgroups?.FindPaths(ids) ?? ImmutableSortedDictionary<ulong, string>.Empty;

    /// <summary>The paths of a cgroup and of those below it by their ids, up to 1024 of them; empty when it is gone.</summary>
    public ImmutableSortedDictionary<ulong, string> FindCgroupTree(string path) =>
        _cgroups?.FindTree(path) ?? ImmutableSortedDictionary<ulong, string>.Empty;

    /// <summary>Switches the kernel's run-time statistics of programs on until the adapter is disposed. False when this kernel cannot.</summary>
    public bool EnableRunTimeStatistics()
    {
        if (_statistics is null && LibBpf.bpf_enable_stats(Interop.Bpf.StatsRunTime) is var fd and >= 0)
        {
            _statistics = new KernelHandle(fd);
        }

        return _statistics is not null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _statistics?.Dispose();
            _kinds.Dispose();
        }
    }

    private ObservedState Observe(bool others)
    {
        lock (_gate)
        {
            _ledger.RequireTrusted();
            return _kinds.Observe(others);
        }
    }

    private string FindLedger()
    {
        var (mount, hasMounted) = BpfFileSystem.Find(_options.Ledger);
        HasMounted |= hasMounted;
        return Path.Combine(mount, _options.Ledger);
    }

    [MemberNotNull(nameof(_ledger), nameof(_kinds))]
    private void MakeParts(string ledger, string? cgroups)
    {
        _ledger = new LedgerDirectory(ledger);
        _ledger.RequireTrusted();
        _cgroups = cgroups is null ? null : new Cgroups(cgroups);
        _kinds = new KernelKinds(_ledger, _cgroups, _objects, _capabilities.Get);
    }
}
