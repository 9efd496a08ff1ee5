using System.Collections.Immutable;

namespace NetEdit.Host;

/// <summary>What is known of this host besides its capabilities; the input of host selectors.</summary>
public sealed record HostFacts
{
    /// <summary>Labels: those of <c>/etc/netedit/host.yaml</c>, and the discovered <c>netedit/hostname</c>, <c>netedit/arch</c>, <c>netedit/distribution</c>, <c>netedit/kernel</c>.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The time at which is decided, for policies that end; the beginning of time when it does not matter.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>As <c>uname -r</c> says.</summary>
    public required string KernelRelease { get; init; }

    /// <summary><c>x64</c> or <c>arm64</c>.</summary>
    public string Architecture { get; init; } = "";

    /// <summary>Host name.</summary>
    public string HostName { get; init; } = "";

    /// <summary>ID and VERSION_ID of <c>/etc/os-release</c>: <c>debian-12</c>.</summary>
    public string Distribution { get; init; } = "";

    /// <summary>Processors that the scheduler can use.</summary>
    public int Processors { get; init; }

    /// <summary>Physical memory in bytes.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Sysctls and settings that bound or stand in for what policies give, by <see cref="HostLimits"/>, in the kernel's unit. One that is missing is not known.</summary>
    public ImmutableSortedDictionary<string, long> Limits { get; init; } =
        ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>The sysctls among those the policies name that this kernel has.</summary>
    public ImmutableSortedSet<string> Sysctls { get; init; } =
        ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Congestion controls the kernel has loaded. Programs load none.</summary>
    public ImmutableSortedSet<string> CongestionControls { get; init; } = ImmutableSortedSet<string>.Empty;

    /// <summary>The cgroups among those the policies name that exist: path below the cgroup v2 mount (<c>/</c> is the whole host) and the kernel's cgroup id.</summary>
    public ImmutableSortedDictionary<string, ulong> Cgroups { get; init; } =
        ImmutableSortedDictionary<string, ulong>.Empty;

    /// <summary>Interfaces of the agent's network namespace: name and index.</summary>
    public ImmutableSortedDictionary<string, int> Interfaces { get; init; } =
        ImmutableSortedDictionary<string, int>.Empty;

    /// <summary>Inode of the agent's network namespace.</summary>
    public ulong NetworkNamespace { get; init; }
}
