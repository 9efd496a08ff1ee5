using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.Adapter;

/// <summary>Counters and costs of our objects in the kernel, at one moment.</summary>
/// <param name="Chains">One per program of chains.</param>
/// <param name="Algorithms">One per version of a congestion control; a former version stays until its last socket closes.</param>
/// <param name="Maps">One per map of ours.</param>
/// <param name="Counters">Since the shared maps were created.</param>
/// <param name="LiveSockets">Open sockets of the caller's network namespace by profile; null when this kernel cannot walk sockets.</param>
public sealed record KernelUsage(
    ImmutableArray<ChainUsage> Chains,
    ImmutableArray<AlgorithmUsage> Algorithms,
    ImmutableArray<MapUsage> Maps,
    ImmutableArray<TuningCounter> Counters,
    ImmutableSortedDictionary<ulong, long>? LiveSockets
)
{
    /// <summary>Number of the reading: a later reading of the same adapter has a greater one.</summary>
    public long Order { get; init; }

    /// <summary>One per standalone program.</summary>
    public ImmutableArray<AttachmentUsage> Attachments { get; init; } = [];

    /// <summary>Connections established by profile, whatever was given to them.</summary>
    public ImmutableSortedDictionary<ulong, ulong> Connections { get; init; } =
        ImmutableSortedDictionary<ulong, ulong>.Empty;

    /// <summary>One per profile that is measured.</summary>
    public ImmutableArray<ProfileMeasures> Measures { get; init; } = [];

    /// <summary>Kernel memory of the journal of sysctls in bytes; 0 when there is none.</summary>
    public long JournalBytes { get; init; }
}

/// <summary>What the connections of a profile were like that closed since it is measured.</summary>
/// <param name="Profile">Id of the profile.</param>
/// <param name="Connections">How many they were.</param>
/// <param name="Values">By <see cref="Measure"/>.</param>
public sealed record ProfileMeasures(ulong Profile, ulong Connections, ImmutableArray<MeasuredValues> Values);

/// <summary>Values of one kind, in logarithmic buckets.</summary>
/// <param name="Sum">Their sum, in the kind's unit.</param>
/// <param name="Buckets">Counts; <see cref="MeasureBuckets"/> says of what.</param>
public sealed record MeasuredValues(ulong Sum, ImmutableArray<ulong> Buckets);

/// <summary>State of a standalone program.</summary>
/// <param name="Key">Which.</param>
/// <param name="ProgramId">The kernel's id of the program; a replacement has another id and counts from 0.</param>
/// <param name="Runs">Runs since loading; 0 while statistics are off.</param>
/// <param name="RunTimeNanoseconds">Time in those runs.</param>
/// <param name="MemoryBytes">Locked kernel memory of the program and its maps.</param>
/// <param name="Counters">The object's own counters by name.</param>
public sealed record AttachmentUsage(
    AttachmentKey Key,
    uint ProgramId,
    ulong Runs,
    ulong RunTimeNanoseconds,
    long MemoryBytes,
    ImmutableSortedDictionary<string, ulong> Counters
);

/// <summary>Cost of the program of a chain. Scopes of the same depth with the same features share one.</summary>
/// <param name="Scope">Path of the cgroup of the first of these scopes.</param>
/// <param name="ProgramId">The kernel's id of the program; a replacement has another id and counts from 0.</param>
/// <param name="Runs">Runs since loading; 0 while statistics are off.</param>
/// <param name="RunTimeNanoseconds">Time in those runs.</param>
/// <param name="MemoryBytes">Locked kernel memory of the program, and of the maps that its stages have for themselves.</param>
public sealed record ChainUsage(string Scope, uint ProgramId, ulong Runs, ulong RunTimeNanoseconds, long MemoryBytes);

/// <summary>State of one version of a congestion control.</summary>
/// <param name="Algorithm">Its name.</param>
/// <param name="MapId">The kernel's id of its struct_ops map; another version has another id and counts from 0.</param>
/// <param name="MemoryBytes">Locked kernel memory of its map and programs.</param>
/// <param name="Counters">The object's own counters by name, for example <c>no_ecn</c>.</param>
public sealed record AlgorithmUsage(
    string Algorithm,
    uint MapId,
    long MemoryBytes,
    ImmutableSortedDictionary<string, ulong> Counters
);

/// <summary>Memory of a map.</summary>
/// <param name="Name">Its name in the ledger.</param>
/// <param name="MemoryBytes">Locked kernel memory, that of the tables in it included.</param>
/// <param name="Entries">What its entries are.</param>
public sealed record MapUsage(string Name, long MemoryBytes, MapEntries Entries);

/// <summary>What the entries of a map are, and so whose its memory is.</summary>
public enum MapEntries
{
    /// <summary>Neither rules nor profiles: the map serves every policy.</summary>
    Shared,

    /// <summary>One per rule.</summary>
    Rules,

    /// <summary>One per profile.</summary>
    Profiles,
}

/// <summary>What is counted.</summary>
public enum CounterKind
{
    /// <summary>A setting was made.</summary>
    Tuned,

    /// <summary>The kernel refused a setting; <see cref="TuningCounter.Errno"/> says why.</summary>
    Failed,

    /// <summary>Another stage, or a program of somebody else in a narrower scope, had answered already.</summary>
    Conflict,
}

/// <summary>A counter of connections.</summary>
/// <param name="Profile">Id of the profile.</param>
/// <param name="Slot">Slot of the stage in its chain.</param>
/// <param name="Kind">What is counted.</param>
/// <param name="Errno">Name of the errno for <see cref="CounterKind.Failed"/>, else empty.</param>
/// <param name="Count">How many.</param>
public sealed record TuningCounter(ulong Profile, int Slot, CounterKind Kind, string Errno, ulong Count);
