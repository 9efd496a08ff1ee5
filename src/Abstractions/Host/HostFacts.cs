using System.Collections.Immutable;

namespace NetEdit.Host;

/// <summary>Facts about this host besides its capabilities. Host selectors choose hosts by them.</summary>
public sealed record HostFacts
{
    /// <summary>
    /// The labels of <c>/etc/netedit/host.yaml</c>, and the discovered labels <c>netedit/hostname</c>,
    /// <c>netedit/arch</c>, <c>netedit/distribution</c> and <c>netedit/kernel</c>.
    /// </summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>
    /// The time of the decision, which tells whether a policy has ended. It is the beginning of time if the time does
    /// not matter.
    /// </summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>The release of the kernel, as <c>uname -r</c> prints it.</summary>
    public required string KernelRelease { get; init; }

    /// <summary>Architecture of the processor, <c>x64</c> or <c>arm64</c>.</summary>
    public string Architecture { get; init; } = "";

    /// <summary>Host name.</summary>
    public string HostName { get; init; } = "";

    /// <summary>ID and VERSION_ID of <c>/etc/os-release</c>, joined by a hyphen, such as <c>debian-12</c>.</summary>
    public string Distribution { get; init; } = "";

    /// <summary>Number of processors that the scheduler can use.</summary>
    public int Processors { get; init; }

    /// <summary>Physical memory, in bytes.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>
    /// Sysctls and settings of the kernel that limit the values of policies, or apply in their place. The keys are the
    /// names in <see cref="HostLimits"/>, and the values are in the kernel's unit. A limit that is missing is not
    /// known.
    /// </summary>
    public ImmutableSortedDictionary<string, long> Limits { get; init; } =
        ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>The sysctls that policies name and that this kernel has.</summary>
    public ImmutableSortedSet<string> Sysctls { get; init; } =
        ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>The congestion controls that the kernel has loaded. BPF programs cannot load others.</summary>
    public ImmutableSortedSet<string> CongestionControls { get; init; } = ImmutableSortedSet<string>.Empty;

    /// <summary>
    /// The cgroups that policies name and that exist. The key is the path below the cgroup v2 mount (<c>/</c> is the
    /// whole host), and the value is the kernel's cgroup id.
    /// </summary>
    public ImmutableSortedDictionary<string, ulong> Cgroups { get; init; } =
        ImmutableSortedDictionary<string, ulong>.Empty;

    /// <summary>
    /// The interfaces of the agent's network namespace. The key is the name, and the value is the index.
    /// </summary>
    public ImmutableSortedDictionary<string, int> Interfaces { get; init; } =
        ImmutableSortedDictionary<string, int>.Empty;

    /// <summary>Inode of the agent's network namespace.</summary>
    public ulong NetworkNamespace { get; init; }
}
