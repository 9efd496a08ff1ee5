namespace NetEdit.Agent.Events;

/// <summary>The kinds of events, as they are stored and shown.</summary>
internal static class EventKind
{
    /// <summary>An agent started or stopped.</summary>
    public const string Agent = "agent";

    /// <summary>Somebody ran <c>netedit apply</c>.</summary>
    public const string Apply = "apply";

    /// <summary><c>netedit uninstall</c> failed. One that succeeds deletes the events.</summary>
    public const string Uninstall = "uninstall";

    /// <summary>Somebody paused or resumed something.</summary>
    public const string Pause = "pause";

    /// <summary>What is paused, as a pass finds it.</summary>
    public const string Paused = "paused";

    /// <summary>The agent was told to read its policies again.</summary>
    public const string Reload = "reload";

    /// <summary>The state of a policy changed.</summary>
    public const string Policy = "policy";

    /// <summary>Other policies are in force.</summary>
    public const string Policies = "policies";

    /// <summary>A policy file, or <c>host.yaml</c>, is invalid.</summary>
    public const string Invalid = "invalid";

    /// <summary>Entries of the policy directory give no policy.</summary>
    public const string Unread = "unread";

    /// <summary>The policies come from disk.</summary>
    public const string Kept = "kept";

    /// <summary>Cgroups of a policy appeared or disappeared.</summary>
    public const string Scopes = "scopes";

    /// <summary>The kernel was changed.</summary>
    public const string Change = "change";

    /// <summary>Open connections were walked.</summary>
    public const string Walk = "walk";

    /// <summary>Connections escaped.</summary>
    public const string Escaped = "escaped";

    /// <summary>Somebody removed what was in force.</summary>
    public const string Drift = "drift";

    /// <summary>A feature entered or left quarantine.</summary>
    public const string Quarantine = "quarantine";

    /// <summary>A state file is lost or cannot be written.</summary>
    public const string State = "state";

    /// <summary>A program of somebody else is on a hook of ours.</summary>
    public const string Foreign = "foreign";

    /// <summary>A former version of a congestion control still has sockets.</summary>
    public const string Draining = "draining";

    /// <summary>A pass failed, or succeeds again.</summary>
    public const string Pass = "pass";
}
