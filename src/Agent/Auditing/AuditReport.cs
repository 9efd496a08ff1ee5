using System.Collections.Immutable;
using System.Text.Json.Serialization;
using NetEdit.Model;

namespace NetEdit.Agent.Auditing;

/// <summary>What an audit found.</summary>
/// <param name="At">When it looked.</param>
/// <param name="Open">Open connections of the host.</param>
/// <param name="Sampled">Those of them that were compared with the policies.</param>
/// <param name="Lines">Every feature of every policy that is in force on this host, or should be, sorted.</param>
internal sealed record AuditReport(DateTimeOffset At, int Open, int Sampled, ImmutableArray<AuditLine> Lines)
{
    /// <summary>Gives the result of all lines: contradicted when any is, else inconclusive when any is, else confirmed.</summary>
    public AuditVerdict Result => Lines.IsEmpty ? AuditVerdict.Confirmed : Lines.Max(line => line.Verdict);

    /// <summary>Connections of its own.</summary>
    public ImmutableArray<AuditProbe> Probes { get; init; } = [];

    /// <summary>Processes whose network namespace the agent may not see, for want of CAP_SYS_PTRACE: connections in it were not looked at.</summary>
    public int Hidden { get; init; }

    /// <summary>Connections that escaped since the agent started (netedit_escaped_connections_total), of all scopes.</summary>
    public long Escaped { get; init; }

    /// <summary>Programs of others that are attached below scopes, at the hook of chains, and so can void their answers.</summary>
    public int ForeignBelow { get; init; }

    /// <summary>The lines that were contradicted.</summary>
    [JsonIgnore]
    public IEnumerable<AuditLine> Contradictions => Lines.Where(line => line.Verdict == AuditVerdict.Contradicted);
}

/// <summary>Says whether a feature of a policy is in force, by what connections and the kernel show; the worst is the greatest.</summary>
internal enum AuditVerdict
{
    /// <summary>It is.</summary>
    Confirmed,

    /// <summary>Nothing shows whether it is: <see cref="AuditLine.Why"/> says why.</summary>
    Inconclusive,

    /// <summary>It is not.</summary>
    Contradicted,
}

/// <summary>What a confirmation rests on; the weakest is the greatest.</summary>
internal enum AuditBasis
{
    /// <summary>A socket has the value.</summary>
    Socket,

    /// <summary>The feature's program ran on a connection, and the kernel took the value. Nothing of it can be read from outside.</summary>
    Program,

    /// <summary>The kernel holds it; it is no matter of single connections.</summary>
    Kernel,
}

/// <summary>A feature of a policy; connections that it was given to, each counted once.</summary>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Feature">Name of the feature.</param>
/// <param name="Verdict">The result.</param>
internal sealed record AuditLine(string Policy, string Feature, AuditVerdict Verdict)
{
    /// <summary>Connections that have what they were given.</summary>
    public int Confirmed { get; init; }

    /// <summary>Those among them whose socket shows it; of the others only its program is known to have run.</summary>
    public int BySocket { get; init; }

    /// <summary>Connections that do not have it.</summary>
    public int Contradicted { get; init; }

    /// <summary>Connections that show neither.</summary>
    public int Inconclusive { get; init; }

    /// <summary>What the confirmation rests on; null without one.</summary>
    public AuditBasis? RestsOn { get; init; }

    /// <summary>Why it is inconclusive: one of <see cref="AuditDoubts"/>, and a sentence; null when it is not.</summary>
    public Reason? Why { get; init; }

    /// <summary>What contradicts it, the most telling first, at most <see cref="ConnectionAudit.MostEvidence"/>.</summary>
    public ImmutableArray<AuditEvidence> Evidence { get; init; } = [];
}

/// <summary>How a policy is contradicted.</summary>
internal enum Contradiction
{
    /// <summary>The kernel lacks a part of it, or refused it, or somebody else has changed what the kernel held.</summary>
    Kernel,

    /// <summary>No program has met the connection.</summary>
    NotReached,

    /// <summary>The kernel refused the setting on the connection.</summary>
    Refused,

    /// <summary>It was set, and the socket has something else now.</summary>
    Overwritten,
}

/// <summary>Something that contradicts a policy.</summary>
/// <param name="At">When it was found.</param>
/// <param name="Kind">What kind of thing it is.</param>
/// <param name="Local">This end of the connection; null when it is not of a connection.</param>
/// <param name="Peer">Its other end.</param>
/// <param name="IsProbe">Whether the connection was the audit's own.</param>
/// <param name="Expected">What was expected.</param>
/// <param name="Found">What was found.</param>
internal sealed record AuditEvidence(
    DateTimeOffset At,
    Contradiction Kind,
    string? Local,
    string? Peer,
    bool IsProbe,
    string Expected,
    string Found
)
{
    public override string ToString() =>
        Local is null ? Found : $"{(IsProbe ? "probe " : "")}{Local} -> {Peer}: {Found} instead of {Expected}";
}

/// <summary>A connection that an audit made.</summary>
/// <param name="Policy">The policy that asks for it.</param>
/// <param name="Address">The peer.</param>
/// <param name="Local">Its own end; null when there was no connection.</param>
/// <param name="Problem">Why there was none; null otherwise.</param>
internal sealed record AuditProbe(string Policy, string Address, string? Local, string? Problem);
