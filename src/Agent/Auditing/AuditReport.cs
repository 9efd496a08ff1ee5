using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace NetEdit.Agent.Auditing;

/// <summary>What an audit found.</summary>
/// <param name="At">When it looked.</param>
/// <param name="Open">Open connections of the host.</param>
/// <param name="Sampled">Those of them that were compared with the policies.</param>
/// <param name="Lines">Every feature of every policy that is in force, sorted.</param>
internal sealed record AuditReport(DateTimeOffset At, int Open, int Sampled, ImmutableArray<AuditLine> Lines)
{
    /// <summary>Connections of its own.</summary>
    public ImmutableArray<AuditProbe> Probes { get; init; } = [];

    /// <summary>Processes whose network namespace the agent may not see, for want of CAP_SYS_PTRACE: connections in it were not looked at.</summary>
    public int Hidden { get; init; }

    /// <summary>The lines of those that failed.</summary>
    [JsonIgnore]
    public IEnumerable<AuditLine> Failures => Lines.Where(line => line.Verdict == AuditVerdict.AuditFailed);
}

/// <summary>What is to be said of a feature of a policy.</summary>
internal enum AuditVerdict
{
    /// <summary>Connections have what was promised.</summary>
    Kept,

    /// <summary>Some do not, too few to say more than that their applications may have changed it.</summary>
    Otherwise,

    /// <summary>No connection tells.</summary>
    NotTold,

    /// <summary>They do not.</summary>
    AuditFailed,
}

/// <summary>A feature of a policy; connections that it was given to, each counted once.</summary>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Feature">Name of the feature.</param>
/// <param name="Kept">Connections that have what was promised.</param>
/// <param name="Otherwise">Those that do not.</param>
/// <param name="NotTold">Those of which it cannot be told.</param>
/// <param name="Verdict">What follows.</param>
/// <param name="Evidence">What was found otherwise, the most telling first, at most <see cref="ConnectionAudit.MostEvidence"/>.</param>
internal sealed record AuditLine(string Policy, string Feature, int Kept, int Otherwise, int NotTold, AuditVerdict Verdict, ImmutableArray<AuditEvidence> Evidence);

/// <summary>Something that was found otherwise.</summary>
/// <param name="At">When.</param>
/// <param name="Local">This end of the connection; null when it is not of a connection.</param>
/// <param name="Peer">Its other end.</param>
/// <param name="IsProbe">Whether the connection was the audit's own.</param>
/// <param name="DidNotRun">Whether no program has met it.</param>
/// <param name="Promised">What was promised.</param>
/// <param name="Found">What was found.</param>
internal sealed record AuditEvidence(DateTimeOffset At, string? Local, string? Peer, bool IsProbe, bool DidNotRun, string Promised, string Found)
{
    public override string ToString() => Local is null ? Found : $"{(IsProbe ? "probe " : "")}{Local} -> {Peer}: {Found} instead of {Promised}";
}

/// <summary>A connection that an audit made.</summary>
/// <param name="Policy">The policy that asks for it.</param>
/// <param name="Address">The peer.</param>
/// <param name="Local">Its own end; null when there was no connection.</param>
/// <param name="Problem">Why there was none; null otherwise.</param>
internal sealed record AuditProbe(string Policy, string Address, string? Local, string? Problem);
