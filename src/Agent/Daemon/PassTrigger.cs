using System.Collections.Immutable;

namespace NetEdit.Agent.Daemon;

/// <summary>Causes of a pass, as status, the log and <c>netedit_reconcile_triggers_total</c> name them.</summary>
internal static class PassTrigger
{
    /// <summary>The agent has started.</summary>
    public const string Start = "start";

    /// <summary>The time between two checks for drift is over.</summary>
    public const string Interval = "interval";

    /// <summary>Files of the policy directory have changed.</summary>
    public const string PoliciesChanged = "policies changed";

    /// <summary>The time of a policy is over.</summary>
    public const string PolicyEnds = "a policy ends";

    /// <summary>A cgroup of a policy was created or deleted, or a container was named.</summary>
    public const string CgroupChanged = "cgroup changed";

    /// <summary><c>netedit pause</c> or <c>netedit resume</c> has run.</summary>
    public const string PausesChanged = "what is paused changed";

    /// <summary>The kernel allows now what it denied before.</summary>
    public const string RightGiven = "a right was given";

    /// <summary>SIGHUP, as <c>systemctl reload</c> sends it.</summary>
    public const string HangUp = "SIGHUP";

    /// <summary><c>netedit apply</c></summary>
    public const string Apply = "apply";

    /// <summary><c>netedit retry</c></summary>
    public const string Retry = "retry";

    /// <summary><c>netedit gc</c></summary>
    public const string Gc = "gc";

    /// <summary>A program has asked for a pass on the control socket.</summary>
    public const string Requested = "requested";

    /// <summary>All causes.</summary>
    public static readonly ImmutableArray<string> All =
    [
        Start,
        Interval,
        PoliciesChanged,
        PolicyEnds,
        CgroupChanged,
        PausesChanged,
        RightGiven,
        HangUp,
        Apply,
        Retry,
        Gc,
        Requested,
    ];
}
