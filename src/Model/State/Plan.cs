using System.Collections.Immutable;

namespace NetEdit.Model;

/// <summary>The ordered actions that bring the kernel from an observed to a desired state. Empty when they agree.</summary>
/// <param name="Revision">Revision of the policy set it leads to.</param>
/// <param name="Actions">In the order in which they must be executed.</param>
public sealed record Plan(string Revision, ImmutableArray<PlanAction> Actions)
{
    /// <summary>Whether there is nothing to do.</summary>
    public bool IsEmpty => Actions.IsEmpty;
}

/// <summary>One change to the kernel. Each is atomic: it happens as a whole or not at all.</summary>
/// <param name="Why">The reason, a clause for a person.</param>
public abstract record PlanAction(string Why);

/// <summary>Creates the maps that all chains share.</summary>
/// <param name="Room">How much they must hold.</param>
/// <param name="Pauses">What is paused from the start: texts of <see cref="PauseTarget"/>.</param>
/// <param name="Why">The reason.</param>
public sealed record CreateSharedMaps(TableRoom Room, ImmutableSortedSet<string> Pauses, string Why) : PlanAction(Why);

/// <summary>Entries the tables that grow have room for.</summary>
/// <param name="Profiles">Profiles; each also has its counters.</param>
/// <param name="Events">Counters of refusals and conflicts.</param>
public sealed record TableRoom(int Profiles, int Events)
{
    /// <summary>The least that is made.</summary>
    public static TableRoom Least { get; } = new(64, 256);
}

/// <summary>Builds larger tables beside those in use and puts them in their place; no lookup ever meets an empty one.</summary>
/// <param name="Room">How much they must hold.</param>
/// <param name="Why">The reason.</param>
public sealed record GrowTables(TableRoom Room, string Why) : PlanAction(Why);

/// <summary>Puts a pin where this version looks for it.</summary>
/// <param name="From">Where another version put it.</param>
/// <param name="To">Where it belongs.</param>
/// <param name="Why">The reason.</param>
public sealed record MovePin(string From, string To, string Why) : PlanAction(Why);

/// <summary>Carries the counts of another version's shared maps over and removes them.</summary>
/// <param name="Path">Their directory.</param>
/// <param name="Why">The reason.</param>
public sealed record RemoveFormerMaps(string Path, string Why) : PlanAction(Why);

/// <summary>Switches the tuning of exactly these targets off and of all others on, in one map write.</summary>
/// <param name="Pauses">Texts of <see cref="PauseTarget"/>.</param>
/// <param name="Why">The reason.</param>
public sealed record SetPauses(ImmutableSortedSet<string> Pauses, string Why) : PlanAction(Why);

/// <summary>Pins the shared maps again where somebody removed a pin; what they hold stays.</summary>
/// <param name="Why">The reason.</param>
public sealed record RestoreSharedPins(string Why) : PlanAction(Why);

/// <summary>Registers a congestion control, or replaces the registered one of that name.</summary>
/// <param name="Algorithm">The algorithm.</param>
/// <param name="Replaces">Digest of what it replaces, or null when there is none.</param>
/// <param name="Why">The reason.</param>
public sealed record RegisterAlgorithm(DesiredAlgorithm Algorithm, string? Replaces, string Why) : PlanAction(Why);

/// <summary>Writes one profile: the map write that a changed value is.</summary>
/// <param name="Profile">The profile.</param>
/// <param name="Replaces">Whether the profile is there with another value.</param>
/// <param name="Why">The reason.</param>
public sealed record WriteProfile(DesiredProfile Profile, bool Replaces, string Why) : PlanAction(Why);

/// <summary>Builds a rule table beside the one in use and switches over in one write.</summary>
/// <param name="Rules">The new table.</param>
/// <param name="Why">The reason.</param>
public sealed record SwitchRules(RuleTable Rules, string Why) : PlanAction(Why);

/// <summary>Loads a chain and attaches it to a scope that has none.</summary>
/// <param name="Chain">The chain.</param>
/// <param name="Why">The reason.</param>
public sealed record AttachChain(DesiredChain Chain, string Why) : PlanAction(Why);

/// <summary>Loads a chain and puts it in the place of the one attached, in one link update.</summary>
/// <param name="Chain">The chain.</param>
/// <param name="Why">The reason.</param>
public sealed record UpdateChain(DesiredChain Chain, string Why) : PlanAction(Why);

/// <summary>Pins the program of an attached chain again where somebody removed the pin.</summary>
/// <param name="Scope">Path of the cgroup.</param>
/// <param name="Why">The reason.</param>
public sealed record RestoreChainPin(string Scope, string Why) : PlanAction(Why);

/// <summary>Detaches and unpins the chain of a scope.</summary>
/// <param name="Scope">Path of the cgroup.</param>
/// <param name="Why">The reason.</param>
public sealed record DetachChain(string Scope, string Why) : PlanAction(Why);

/// <summary>Loads a program and attaches it where it is not.</summary>
/// <param name="Attachment">The program, its target and its parameters.</param>
/// <param name="Paused">Whether it is to do nothing until it is resumed.</param>
/// <param name="Why">The reason.</param>
public sealed record AttachProgram(DesiredAttachment Attachment, bool Paused, string Why) : PlanAction(Why);

/// <summary>Loads a program and puts it in the place of the one attached: in one step, or first the new one and then the old one away where the hook has no such step.</summary>
/// <param name="Attachment">The program, its target and its parameters.</param>
/// <param name="Paused">Whether it is to do nothing until it is resumed.</param>
/// <param name="Why">The reason.</param>
public sealed record UpdateProgram(DesiredAttachment Attachment, bool Paused, string Why) : PlanAction(Why);

/// <summary>Pauses or resumes an attached program: one map write.</summary>
/// <param name="Key">Which.</param>
/// <param name="Paused">Whether it is to do nothing until it is resumed.</param>
/// <param name="Why">The reason.</param>
public sealed record PauseProgram(AttachmentKey Key, bool Paused, string Why) : PlanAction(Why);

/// <summary>Writes the parameters of an attached program: one map write.</summary>
/// <param name="Attachment">The program, its target and its parameters.</param>
/// <param name="Paused">Whether it is to do nothing until it is resumed.</param>
/// <param name="Why">The reason.</param>
public sealed record WriteParameters(DesiredAttachment Attachment, bool Paused, string Why) : PlanAction(Why);

/// <summary>Detaches and unpins a program.</summary>
/// <param name="Key">Which.</param>
/// <param name="Why">The reason.</param>
public sealed record DetachProgram(AttachmentKey Key, string Why) : PlanAction(Why);

/// <summary>Deletes a profile that no rule refers to any more.</summary>
/// <param name="Id">The profile.</param>
/// <param name="Why">The reason.</param>
public sealed record DeleteProfile(ulong Id, string Why) : PlanAction(Why);

/// <summary>Takes a congestion control away; sockets that run it keep it until they close.</summary>
/// <param name="Algorithm">Its name.</param>
/// <param name="Drain">Whether to keep sight of it while sockets run it; without, its pins go at once and the kernel frees it with the last socket.</param>
/// <param name="Why">The reason.</param>
public sealed record UnregisterAlgorithm(string Algorithm, bool Drain, string Why) : PlanAction(Why);

/// <summary>Removes a pin that belongs to nothing.</summary>
/// <param name="Path">The pin.</param>
/// <param name="Why">The reason.</param>
public sealed record RemoveOrphan(string Path, string Why) : PlanAction(Why);

/// <summary>Removes the shared maps; the last thing to go.</summary>
/// <param name="Why">The reason.</param>
public sealed record RemoveSharedMaps(string Why) : PlanAction(Why);
