using System.Collections.Immutable;
using NetEdit.Adapter;
using NetEdit.Features;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Control;

/// <summary>What <c>explain connection</c> shows.</summary>
/// <param name="Revision">Revision of the policies it is explained by; null when none are known.</param>
/// <param name="Matching">Connections that were asked for; more than are listed when they are too many.</param>
/// <param name="Connections">They, sorted by network namespace and addresses.</param>
internal sealed record ConnectionsReport(string? Revision, int Matching, ImmutableArray<ConnectionInfo> Connections)
{
    /// <summary>Ends of a few other connections with the address or the port that was asked for, when none has both.</summary>
    public ImmutableArray<string> Near { get; init; } = [];

    /// <summary>What is paused.</summary>
    public ImmutableArray<string> Pauses { get; init; } = [];

    /// <summary>Processes whose network namespace could not be seen, for want of CAP_SYS_PTRACE: connections in it are not listed.</summary>
    public int Hidden { get; init; }
}

/// <summary>One end of a connection.</summary>
internal sealed record ConnectionInfo
{
    public required string Local { get; init; }

    public required string Peer { get; init; }

    /// <summary>Of TCP.</summary>
    public required TcpState State { get; init; }

    /// <summary><c>outbound</c>, <c>inbound</c>, or null when nothing tells.</summary>
    public string? Direction { get; init; }

    /// <summary>Inode of its network namespace.</summary>
    public required ulong NetworkNamespace { get; init; }

    /// <summary>Path of its socket's cgroup; null when that is gone.</summary>
    public string? Cgroup { get; init; }

    /// <summary>Inode of its socket; 0 when no process has it any more.</summary>
    public required ulong Inode { get; init; }

    /// <summary>Number of the user whose socket it is.</summary>
    public required uint User { get; init; }

    /// <summary>The interface by which its route leads; empty while it has none.</summary>
    public required string Interface { get; init; }

    /// <summary>The processes that have it.</summary>
    public ImmutableArray<ProcessInfo> Processes { get; init; } = [];

    /// <summary>Scope of the chain that handles it, or would; null when nothing matches.</summary>
    public string? Chain { get; init; }

    /// <summary>What was done to it.</summary>
    public required ConnectionTuning Tuning { get; init; }

    /// <summary>Why, a clause for a person.</summary>
    public required string Why { get; init; }

    /// <summary>Every feature that a matching policy asks for, or that was set.</summary>
    public ImmutableArray<ConnectionFeatureInfo> Features { get; init; } = [];

    /// <summary>Programs of others that meet it at the hook of its chain.</summary>
    public ImmutableArray<ForeignInfo> Foreign { get; init; } = [];

    /// <summary>Why policies do not match, when none does.</summary>
    public ImmutableArray<Mismatch> Mismatches { get; init; } = [];

    /// <summary>What its socket has now.</summary>
    public required SocketValues Now { get; init; }
}

/// <summary>A process that has a socket; its cgroup is not the socket's when it was moved.</summary>
internal sealed record ProcessInfo(int Pid, string Command, string? Cgroup);

/// <summary>A feature of a connection.</summary>
/// <param name="Feature">Its name.</param>
/// <param name="State">What became of it.</param>
/// <param name="Policy">The policy that gives it; null when none does.</param>
/// <param name="Values">The values, as the policy writes them.</param>
/// <param name="Error">Name of the errno of the first setting that the kernel refused, or null.</param>
/// <param name="Why">More for a person, or empty.</param>
/// <param name="Lost">Policies that match too, and lost, the strongest first.</param>
internal sealed record ConnectionFeatureInfo(
    string Feature,
    ConnectionFeatureState State,
    string? Policy,
    string Values,
    string? Error,
    string Why,
    ImmutableArray<LostFeature> Lost
);

/// <summary>What was done to a connection.</summary>
internal enum ConnectionTuning
{
    /// <summary>It was tuned when it was established.</summary>
    AtEstablishment,

    /// <summary>It was open before, and a walk over open connections tuned it.</summary>
    ByWalk,

    /// <summary>It is being opened.</summary>
    Opening,

    /// <summary>It was looked at and has none of what matches.</summary>
    NotApplied,

    /// <summary>No policy matches.</summary>
    NotMatched,

    /// <summary>Policies match, and nobody has looked at it: it was open before, or while everything was paused.</summary>
    NotLookedAt,

    /// <summary>It cannot be told.</summary>
    Unknown,
}

/// <summary>What became of a feature for a connection.</summary>
internal enum ConnectionFeatureState
{
    /// <summary>Its settings were made.</summary>
    Applied,

    /// <summary>The kernel refused a setting.</summary>
    Failed,

    /// <summary>It is paused, and was not applied.</summary>
    Paused,

    /// <summary>It was not applied.</summary>
    NotApplied,

    /// <summary>Another feature that sets the same thing won.</summary>
    NotGiven,

    /// <summary>It was applied, and no policy gives it any more.</summary>
    Leftover,

    /// <summary>It cannot be told whether it was applied: the chain that may have is gone.</summary>
    Unknown,
}
