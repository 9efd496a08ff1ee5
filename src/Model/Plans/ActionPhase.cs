namespace NetEdit.Model;

/// <summary>
/// The phases of a plan, in the order of execution. In this order the host never has less tuning than both the old and
/// the new state promise. New objects exist before anything refers to them, the rules of old and new chains are both in
/// the table while chains change, and old objects are removed last.
/// </summary>
public enum ActionPhase
{
    /// <summary>Removes orphans. Nothing refers to them, and new objects may be pinned at their paths.</summary>
    RemoveOrphans,

    /// <summary>Moves pins to where this version puts them. All later phases look for the pins there.</summary>
    MovePins,

    /// <summary>
    /// Creates, repairs and enlarges the shared maps, and sets what is paused. Chains are loaded with the shared maps,
    /// and every table needs room for old and new entries together.
    /// </summary>
    PrepareMaps,

    /// <summary>
    /// Registers congestion controls. A rule may only give sockets a congestion control that is registered.
    /// </summary>
    RegisterAlgorithms,

    /// <summary>Attaches and changes standalone programs, which depend on nothing else.</summary>
    AttachPrograms,

    /// <summary>
    /// Sets sysctls, which depend on nothing else. Connections that are opened from now on need them.
    /// </summary>
    SetSysctls,

    /// <summary>Writes new profiles. A rule may only refer to a profile that exists.</summary>
    AddProfiles,

    /// <summary>Adds the rules of new chains. So a chain has its rules from the moment it is attached.</summary>
    AddRules,

    /// <summary>
    /// Attaches and replaces chains, those of inner scopes first. So an inner chain already gives what the outer chain
    /// then no longer gives.
    /// </summary>
    ChangeChains,

    /// <summary>
    /// Writes profiles whose values changed. While the value of an outer scope changes, connections that an inner scope
    /// takes over or gives back have the tuning of the inner scope.
    /// </summary>
    ChangeProfiles,

    /// <summary>
    /// Switches to the new rules. Chains that are about to be detached lose their rules in the same switch that gives
    /// the outer chains their new rules, because an outer chain takes over the sockets claimed by a chain without
    /// rules.
    /// </summary>
    ChangeRules,

    /// <summary>
    /// Detaches chains, those of outer scopes first. Their sockets, and later the sockets of inner scopes, fall to a
    /// chain that stays.
    /// </summary>
    DetachChains,

    /// <summary>
    /// Walks over open connections. By then the chains and rules are as they should be, so no socket is set twice.
    /// </summary>
    WalkSockets,

    /// <summary>
    /// Deletes profiles that no rule refers to. Until sockets are walked they refer to their old profiles, and the walk
    /// uses these profiles to undo what was set.
    /// </summary>
    DeleteProfiles,

    /// <summary>Restores sysctls, on which nothing depends any more.</summary>
    RestoreSysctls,

    /// <summary>Detaches standalone programs, on which nothing depends any more.</summary>
    DetachPrograms,

    /// <summary>Unregisters congestion controls. No rule gives them to sockets any more.</summary>
    UnregisterAlgorithms,

    /// <summary>Removes shared maps. No chain reads them any more.</summary>
    RemoveMaps,
}
