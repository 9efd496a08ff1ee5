using System.Collections.Immutable;

namespace NetEdit.State;

/// <summary>What the kernel holds of ours, read back from pins, links and maps. Pure data, made by the adapter.</summary>
public sealed record ObservedState
{
    /// <summary>Nothing of ours.</summary>
    public static ObservedState Empty { get; } = new();

    /// <summary>Whether the shared maps exist.</summary>
    public bool SharedMaps { get; init; }

    /// <summary>Whether the shared maps exist, but not every pin that keeps them.</summary>
    public bool SharedPinsMissing { get; init; }

    /// <summary>Whether tuning is paused as a whole (the kill switch).</summary>
    public bool Paused { get; init; }

    /// <summary>Attached chains, sorted by scope.</summary>
    public ImmutableArray<ObservedChain> Chains { get; init; } = [];

    /// <summary>Registered congestion controls, sorted by name.</summary>
    public ImmutableArray<ObservedAlgorithm> Algorithms { get; init; } = [];

    /// <summary>Values of the profiles by id: the encoded profile as the kernel holds it.</summary>
    public ImmutableSortedDictionary<ulong, ImmutableArray<byte>> Profiles { get; init; } = ImmutableSortedDictionary<ulong, ImmutableArray<byte>>.Empty;

    /// <summary>The rules in use.</summary>
    public RuleTable Rules { get; init; } = RuleTable.Empty;

    /// <summary>Pins of ours that belong to nothing above: half-made generations, links whose cgroup is gone, objects we cannot read.</summary>
    public ImmutableArray<Orphan> Orphans { get; init; } = [];

    /// <summary>Programs of others on the hooks we use. Reported, never touched.</summary>
    public ImmutableArray<ForeignProgram> Foreign { get; init; } = [];
}

/// <summary>A chain as the kernel holds it.</summary>
/// <param name="Scope">Path of the cgroup.</param>
/// <param name="CgroupId">The cgroup the link holds; 0 when that cgroup is gone.</param>
/// <param name="Key">Key its rules are stored under.</param>
/// <param name="Digest">Digest of the program (<see cref="DesiredDigest.OfChain"/>).</param>
/// <param name="Features">The features of its stages, by slot.</param>
/// <param name="LinkId">The kernel's id of the link.</param>
/// <param name="ProgramId">The kernel's id of the program.</param>
public sealed record ObservedChain(string Scope, ulong CgroupId, uint Key, string Digest, ImmutableArray<string> Features, uint LinkId, uint ProgramId);

/// <summary>A congestion control as the kernel holds it.</summary>
/// <param name="Algorithm">Its name.</param>
/// <param name="Digest">Digest of the object it was loaded from.</param>
/// <param name="MapId">The kernel's id of the struct_ops map.</param>
/// <param name="Registered">Whether new sockets can choose it.</param>
public sealed record ObservedAlgorithm(string Algorithm, string Digest, uint MapId, bool Registered);

/// <summary>Something of ours in the kernel that nothing refers to.</summary>
/// <param name="Path">Its pin.</param>
/// <param name="Reason">Why it is an orphan.</param>
public sealed record Orphan(string Path, string Reason);

/// <summary>A program of somebody else on a hook we use.</summary>
/// <param name="Scope">Path of the cgroup.</param>
/// <param name="ProgramId">The kernel's id.</param>
/// <param name="Name">The program's name.</param>
/// <param name="RunsAfterOurs">Whether it runs after ours and so may overwrite our answers; null when the order is not known.</param>
public sealed record ForeignProgram(string Scope, uint ProgramId, string Name, bool? RunsAfterOurs);
