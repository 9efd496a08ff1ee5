using System.Collections.Immutable;
using NetEdit.Host;
using NetEdit.State;

namespace NetEdit.Adapter;

/// <summary>Where the adapter finds and keeps things.</summary>
public sealed record AdapterOptions
{
    /// <summary>Name of the ledger's directory on the BPF file system; letters, digits, <c>-</c> and <c>_</c>.</summary>
    public string Ledger { get; init; } = "netedit";

    /// <summary>File that keeps probed capabilities between runs, or null to probe each time.</summary>
    public string? CapabilityCache { get; init; }
}

/// <summary>
/// The only part that touches the kernel: hides the differences between kernel versions behind hookpoints.
/// Not thread-safe; one caller at a time.
/// </summary>
public sealed class BpfAdapter : IDisposable
{
    private BpfAdapter()
    {
    }

    /// <summary>Opens the adapter. Changes nothing on the host, except that the BPF file system is mounted at its usual place when it is not.</summary>
    /// <exception cref="BpfException">The host cannot run BPF programs at all (no libbpf, no permission, no BPF file system); the message says which and what to do.</exception>
    public static BpfAdapter Open(AdapterOptions options) => throw new NotSupportedException();

    /// <summary>What this host can do.</summary>
    public CapabilityReport Capabilities => throw new NotSupportedException();

    /// <summary>Digest of the chain object this adapter fuses stages into.</summary>
    public string ChainObjectDigest => throw new NotSupportedException();

    /// <summary>Mount point of the cgroup v2 hierarchy, or null.</summary>
    public string? CgroupMount => throw new NotSupportedException();

    /// <summary>Which of these cgroups exist, with their ids.</summary>
    public ImmutableSortedDictionary<string, ulong> FindCgroups(IEnumerable<string> paths) => throw new NotSupportedException();

    /// <summary>Reads back what the kernel holds of ours.</summary>
    public ObservedState Observe() => throw new NotSupportedException();

    /// <summary>Executes a plan, in order, up to the first action that fails. Expected failures are in the result, not thrown.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="progress">Told a line per action; may be null.</param>
    public ExecutionResult Execute(Plan plan, IProgress<string>? progress = null) => throw new NotSupportedException();

    /// <summary>Reads counters, run times and memory.</summary>
    public KernelUsage ReadUsage() => throw new NotSupportedException();

    /// <summary>Switches all tuning off, or on again, in one map write. False when no shared maps exist.</summary>
    public bool SetPaused(bool paused) => throw new NotSupportedException();

    /// <summary>Switches the kernel's run-time statistics of programs on until the adapter is disposed. False when this kernel cannot.</summary>
    public bool EnableRunTimeStatistics() => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
