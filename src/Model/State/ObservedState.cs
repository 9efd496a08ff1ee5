using System.Collections.Immutable;

namespace NetEdit.Model;

/// <summary>
/// What the kernel holds of NetEdit, read back from pins, links and maps. Pure data, made by the adapter.
/// </summary>
public sealed record ObservedState
{
    /// <summary>The state in which the kernel holds nothing of NetEdit.</summary>
    public static ObservedState Empty { get; } = new();

    /// <summary>Whether the shared maps exist.</summary>
    public bool SharedMaps { get; init; }

    /// <summary>Whether the shared maps exist but some of their pins are missing.</summary>
    public bool SharedPinsMissing { get; init; }

    /// <summary>What the kill switch has switched off, as texts of <see cref="PauseTarget"/>.</summary>
    public ImmutableSortedSet<string> Pauses { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Whether all tuning is paused.</summary>
    public bool Paused => Pauses.Contains(PauseTarget.Everything);

    /// <summary>
    /// Directories of shared maps that another version made with another layout. Their counts are carried over, and the
    /// maps are removed once no chain uses them.
    /// </summary>
    public ImmutableArray<string> FormerMaps { get; init; } = [];

    /// <summary>
    /// Pins that another version put elsewhere. Everything below treats them as if they were in their place.
    /// </summary>
    public ImmutableArray<MisplacedPin> Misplaced { get; init; } = [];

    /// <summary>Number of profiles for which the shared maps have room.</summary>
    public int ProfileRoom { get; init; }

    /// <summary>Number of counters of refused settings and conflicts for which the shared maps have room.</summary>
    public int EventRoom { get; init; }

    /// <summary>Number of counters of refused settings and conflicts in use.</summary>
    public int Events { get; init; }

    /// <summary>Whether former tables still exist because a growth, or a switch of rules, was interrupted.</summary>
    public bool Unfinished { get; init; }

    /// <summary>Attached chains, sorted by scope.</summary>
    public ImmutableArray<ObservedChain> Chains { get; init; } = [];

    /// <summary>Standalone programs, sorted by their keys.</summary>
    public ImmutableArray<ObservedAttachment> Attachments { get; init; } = [];

    /// <summary>Sysctls in the journal, of any network namespace, sorted by name.</summary>
    public ImmutableArray<ObservedSysctl> Sysctls { get; init; } = [];

    /// <summary>Live programs, sorted by scope. One may exist without its chain.</summary>
    public ImmutableArray<ObservedLive> Live { get; init; } = [];

    /// <summary>Congestion controls that are registered or drain, sorted by name.</summary>
    public ImmutableArray<ObservedAlgorithm> Algorithms { get; init; } = [];

    /// <summary>The encoded profiles by id, as the kernel holds them.</summary>
    public ImmutableSortedDictionary<ulong, ImmutableArray<byte>> Profiles { get; init; } =
        ImmutableSortedDictionary<ulong, ImmutableArray<byte>>.Empty;

    /// <summary>The rules in use.</summary>
    public RuleTable Rules { get; init; } = RuleTable.Empty;

    /// <summary>
    /// Pins of NetEdit that belong to nothing above: half-made generations, chains of other versions whose cgroup was
    /// deleted, objects that this version cannot read.
    /// </summary>
    public ImmutableArray<Orphan> Orphans { get; init; } = [];

    /// <summary>Programs of others on the hooks that NetEdit uses. They are reported and never touched.</summary>
    public ImmutableArray<ForeignProgram> Foreign { get; init; } = [];

    /// <summary>
    /// Number of cgroups below scopes in which such programs were not looked for, because they exceed the budget or
    /// their names are not text.
    /// </summary>
    public int ForeignNotLookedAt { get; init; }
}

/// <summary>A chain as the kernel holds it.</summary>
/// <param name="Scope">Path of the scope's cgroup.</param>
/// <param name="CgroupId">Id of the cgroup that the link holds; 0 if that cgroup was deleted.</param>
/// <param name="Key">The key under which the chain's rules are stored.</param>
/// <param name="Digest">
/// Digest of the program (<see cref="DesiredDigest.OfChain"/>); empty if another version made the program and only that
/// version can tell.
/// </param>
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
    /// <summary>
    /// Counts the programs that this scope has had since its directory was created; 0 if the program is not pinned.
    /// </summary>
    public int Generation { get; init; } = 1;

    /// <summary>
    /// Whether the program reads the shared maps that are pinned. If not, it reads maps that nothing else holds.
    /// </summary>
    public bool UsesSharedMaps { get; init; } = true;

    /// <summary>
    /// Earlier chains whose slots sockets of this scope may still use to remember what was applied, the latest first.
    /// </summary>
    public ImmutableArray<FormerChain> Former { get; init; } = [];

    /// <summary>Returns the features by slot of this chain, or of one of the chains before it.</summary>
    /// <param name="key">Key of the chain.</param>
    /// <returns>
    /// The features; null if the key belongs to none of these chains. A feature that this chain does not have is null.
    /// </returns>
    public ImmutableArray<string?>? FeaturesOf(uint key) =>
        key == Key ? [.. Features] : Former.FirstOrDefault(former => former.Key == key)?.Features;
}

/// <summary>A chain that another chain replaced.</summary>
/// <param name="Key">The key under which the chain's rules were stored.</param>
/// <param name="Features">
/// The features of the chain by slot. A feature that the chain after it does not have is null.
/// </param>
public sealed record FormerChain(uint Key, ImmutableArray<string?> Features);

/// <summary>A pin that belongs elsewhere.</summary>
/// <param name="From">Path of the pin.</param>
/// <param name="To">Path at which the pin belongs.</param>
public sealed record MisplacedPin(string From, string To);

/// <summary>A congestion control as the kernel holds it.</summary>
/// <param name="Algorithm">Name of the congestion control.</param>
/// <param name="Digest">
/// Digest of the object it was loaded from (<see cref="DesiredDigest.OfAlgorithm"/>); empty if its pins are missing.
/// </param>
/// <param name="MapId">The kernel's id of the struct_ops map.</param>
/// <param name="Registered">
/// Whether new sockets can choose it. If not, it drains, and is removed with its last socket.
/// </param>
public sealed record ObservedAlgorithm(string Algorithm, string Digest, uint MapId, bool Registered)
{
    /// <summary>Number of sockets that run it, in all network namespaces.</summary>
    public long Users { get; init; }

    /// <summary>Whether all of its pins exist.</summary>
    public bool Pinned { get; init; } = true;
}

/// <summary>A kernel object of NetEdit to which nothing refers.</summary>
/// <param name="Path">Path of the pin.</param>
/// <param name="Reason">Why it is an orphan.</param>
public sealed record Orphan(string Path, string Reason);

/// <summary>A program of somebody else on a hook that NetEdit uses.</summary>
/// <param name="Scope">Path of the cgroup, or name of the interface.</param>
/// <param name="ProgramId">The kernel's id of the program.</param>
/// <param name="Name">The program's name.</param>
/// <param name="RunsAfterOurs">
/// Whether the program runs after NetEdit's, so that it may overwrite NetEdit's answers; null if the order is not
/// known.
/// </param>
public sealed record ForeignProgram(string Scope, uint ProgramId, string Name, bool? RunsAfterOurs)
{
    /// <summary>Name of the hook that the program shares with NetEdit's.</summary>
    public string Hook { get; init; } = "sockops";

    /// <summary>
    /// Path of the cgroup that the program is attached to, escaped for display, if that cgroup is below the scope; else
    /// null. There the program runs before NetEdit's. At sockops, if it returns 0, it voids NetEdit's answers.
    /// </summary>
    public string? Below { get; init; }
}
