namespace NetEdit.Model;

/// <summary>
/// The order of a plan. It leaves no moment with less tuning than both states promise: new objects exist before anything refers
/// to them, rules of old and new chains stand side by side while chains change, and old objects are removed last.
/// </summary>
public enum ActionPhase
{
    /// <summary>Nothing refers to orphans, and new objects may be pinned at their paths.</summary>
    RemoveOrphans,

    /// <summary>Everything after looks for pins where this version puts them.</summary>
    MovePins,

    /// <summary>Chains are loaded with the shared maps, and every table needs room for old and new entries together.</summary>
    PrepareMaps,

    /// <summary>A rule may only give sockets a congestion control that is registered.</summary>
    RegisterAlgorithms,

    /// <summary>Standalone programs depend on nothing else.</summary>
    AttachPrograms,

    /// <summary>Sysctls depend on nothing else; connections that are opened from now on need them.</summary>
    SetSysctls,

    /// <summary>A rule may only refer to a profile that exists.</summary>
    AddProfiles,

    /// <summary>A chain has its rules from the moment it is attached.</summary>
    AddRules,

    /// <summary>Inner scopes come first: what an outer chain no longer gives, the inner one gives already.</summary>
    ChangeChains,

    /// <summary>What an inner scope takes over, or gives back, it has while the value around it changes.</summary>
    ChangeProfiles,

    /// <summary>
    /// Chains that are to be detached lose their rules in the moment in which the outer ones get their new ones: an outer chain
    /// takes over the sockets that a chain without rules has claimed.
    /// </summary>
    ChangeRules,

    /// <summary>Outer scopes come first: their sockets, and later those of inner scopes, fall to a chain that stays.</summary>
    DetachChains,

    /// <summary>Open connections are walked once the chains and rules are as they should be, so no socket is set twice.</summary>
    WalkSockets,

    /// <summary>Sockets refer to old profiles until they are walked: what was set on them is undone by those profiles.</summary>
    DeleteProfiles,

    /// <summary>Nothing depends on them any more.</summary>
    RestoreSysctls,

    /// <summary>Nothing depends on them any more.</summary>
    DetachPrograms,

    /// <summary>No rule gives the congestion control any more.</summary>
    UnregisterAlgorithms,

    /// <summary>No chain reads the shared maps any more.</summary>
    RemoveMaps,
}
