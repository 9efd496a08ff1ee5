using System.Collections.Immutable;

namespace NetEdit.Model;

/// <summary>What the kernel holds of ours, read back from pins, links and maps. Pure data, made by the adapter.</summary>
public sealed record ObservedState
{
    /// <summary>Nothing of ours.</summary>
    public static ObservedState Empty { get; } = new();

    /// <summary>Whether the shared maps exist.</summary>
    public bool SharedMaps { get; init; }

    /// <summary>Whether the shared maps exist, but not every pin that keeps them.</summary>
    public bool SharedPinsMissing { get; init; }

    /// <summary>What the kill switch has switched off: texts of <see cref="PauseTarget"/>.</summary>
    public ImmutableSortedSet<string> Pauses { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Whether tuning is paused as a whole.</summary>
    public bool Paused => Pauses.Contains(PauseTarget.Everything);

    /// <summary>Directories of shared maps of another layout, made by another version: carried over and removed once no chain uses them.</summary>
    public ImmutableArray<string> FormerMaps { get; init; } = [];

    /// <summary>Pins that another version put elsewhere; everything else below is as if they were in their place.</summary>
    public ImmutableArray<MisplacedPin> Misplaced { get; init; } = [];

    /// <summary>Profiles the shared maps have room for.</summary>
    public int ProfileRoom { get; init; }

    /// <summary>Counters of refusals and conflicts the shared maps have room for.</summary>
    public int EventRoom { get; init; }

    /// <summary>Counters of refusals and conflicts in use.</summary>
    public int Events { get; init; }

    /// <summary>Whether former tables are still there, because a growth or a switch of rules was interrupted.</summary>
    public bool Unfinished { get; init; }

    /// <summary>Attached chains, sorted by scope.</summary>
    public ImmutableArray<ObservedChain> Chains { get; init; } = [];

    /// <summary>Standalone programs, sorted by their keys.</summary>
    public ImmutableArray<ObservedAttachment> Attachments { get; init; } = [];

    /// <summary>Sysctls in the journal, of whichever network namespace, sorted by name.</summary>
    public ImmutableArray<ObservedSysctl> Sysctls { get; init; } = [];

    /// <summary>Live programs, sorted by scope; one may be there without its chain.</summary>
    public ImmutableArray<ObservedLive> Live { get; init; } = [];

    /// <summary>Registered congestion controls, sorted by name.</summary>
    public ImmutableArray<ObservedAlgorithm> Algorithms { get; init; } = [];

    /// <summary>Values of the profiles by id: the encoded profile as the kernel holds it.</summary>
    public ImmutableSortedDictionary<ulong, ImmutableArray<byte>> Profiles { get; init; } =
        ImmutableSortedDictionary<ulong, ImmutableArray<byte>>.Empty;

    /// <summary>The rules in use.</summary>
    public RuleTable Rules { get; init; } = RuleTable.Empty;

    /// <summary>Pins of ours that belong to nothing above: half-made generations, links whose cgroup is gone, objects we cannot read.</summary>
    public ImmutableArray<Orphan> Orphans { get; init; } = [];

    /// <summary>Programs of others on the hooks we use. Reported, never touched.</summary>
    public ImmutableArray<ForeignProgram> Foreign { get; init; } = [];

    /// <summary>Cgroups below scopes that were not looked at for such programs: beyond the budget, or with names that are no text.</summary>
    public int ForeignNotLookedAt { get; init; }
}

/// <summary>A chain as the kernel holds it.</summary>
/// <param name="Scope">Path of the cgroup.</param>
/// <param name="CgroupId">The cgroup the link holds; 0 when that cgroup is gone.</param>
/// <param name="Key">Key its rules are stored under.</param>
/// <param name="Digest">Digest of the program (<see cref="DesiredDigest.OfChain"/>); empty when another version made it and only that version could tell.</param>
/// <param name="Features">The features of its stages, by slot.</param>
/// <param name="LinkId">The kernel's id of the link.</param>
/// <param name="ProgramId">The kernel's id of the program.</param>
public sealed record ObservedChain(
    string Scope,
    ulong CgroupId,
    uint Key,
    string Digest,
    ImmutableArray<string> Features,
    uint LinkId,
    uint ProgramId
)
{
    /// <summary>Counts the programs this scope has had since its directory was made; 0 when the program is not pinned.</summary>
    public int Generation { get; init; } = 1;

    /// <summary>Whether the program reads the shared maps that are pinned, and not others that nothing else holds.</summary>
    public bool UsesSharedMaps { get; init; } = true;

    /// <summary>Chains by whose slots sockets of this scope may remember what was applied, the last one first.</summary>
    public ImmutableArray<FormerChain> Former { get; init; } = [];

    /// <summary>Finds the features of a chain by slot: of this one, or of one before it.</summary>
    /// <param name="key">Key of the chain.</param>
    /// <returns>Null when it is neither; a feature that this chain does not have is null.</returns>
    public ImmutableArray<string?>? FeaturesOf(uint key) =>
        key == Key ? [.. Features] : Former.FirstOrDefault(former => former.Key == key)?.Features;
}

/// <summary>A chain that another one replaced.</summary>
/// <param name="Key">Key its rules were stored under.</param>
/// <param name="Features">Its features by slot; null for those that the chain after it does not have.</param>
public sealed record FormerChain(uint Key, ImmutableArray<string?> Features);

/// <summary>A pin that belongs elsewhere.</summary>
/// <param name="From">Where it is.</param>
/// <param name="To">Where it belongs.</param>
public sealed record MisplacedPin(string From, string To);

/// <summary>A congestion control as the kernel holds it.</summary>
/// <param name="Algorithm">Its name.</param>
/// <param name="Digest">Digest of the object it was loaded from.</param>
/// <param name="MapId">The kernel's id of the struct_ops map.</param>
/// <param name="Registered">Whether new sockets can choose it; when not, it drains: it goes with its last socket.</param>
public sealed record ObservedAlgorithm(string Algorithm, string Digest, uint MapId, bool Registered)
{
    /// <summary>Sockets that run it, in whatever network namespace.</summary>
    public long Users { get; init; }

    /// <summary>Whether every pin of it is there.</summary>
    public bool Pinned { get; init; } = true;
}

/// <summary>Something of ours in the kernel that nothing refers to.</summary>
/// <param name="Path">Its pin.</param>
/// <param name="Reason">Why it is an orphan.</param>
public sealed record Orphan(string Path, string Reason);

/// <summary>A program of somebody else on a hook we use.</summary>
/// <param name="Scope">Path of the cgroup, or name of the interface.</param>
/// <param name="ProgramId">The kernel's id.</param>
/// <param name="Name">The program's name.</param>
/// <param name="RunsAfterOurs">Whether it runs after ours and so may overwrite our answers; null when the order is not known.</param>
public sealed record ForeignProgram(string Scope, uint ProgramId, string Name, bool? RunsAfterOurs)
{
    /// <summary>The hook it shares with ours.</summary>
    public string Hook { get; init; } = "sockops";

    /// <summary>
    /// Path of the cgroup it is attached to, where that is below the scope, fit to be shown; else null. There it runs before ours, and at sockops a 0 that it returns voids
    /// what ours answers.
    /// </summary>
    public string? Below { get; init; }
}
