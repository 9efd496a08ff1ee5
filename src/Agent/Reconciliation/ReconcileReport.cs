using System.Collections.Immutable;
using NetEdit.Adapter;
using NetEdit.Agent.Auditing;
using NetEdit.Agent.Control;
using NetEdit.Agent.Persistence;
using NetEdit.Agent.Policies;
using NetEdit.Host;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Reconciliation;

/// <summary>What came of a pass; the names are those of the metric.</summary>
internal enum ReconcileResult
{
    /// <summary>The kernel held all that was decided.</summary>
    Unchanged,

    /// <summary>The kernel was changed, and holds all that was decided.</summary>
    Changed,

    /// <summary>The policies, or <c>host.yaml</c>, are invalid; the last valid ones stay in force.</summary>
    Invalid,

    /// <summary>The kernel does not hold all that was decided.</summary>
    Failed,
}

/// <summary>One pass, whole.</summary>
internal sealed record ReconcileReport
{
    /// <summary>What caused it.</summary>
    public required string Trigger { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public TimeSpan Duration { get; init; }

    public required ReconcileResult Result { get; init; }

    /// <summary>Whether the kernel, asked afterwards, holds all that was decided.</summary>
    public bool Converged { get; init; }

    /// <summary>What went wrong, or null.</summary>
    public string? Error { get; init; }

    /// <summary>Whether the error is one that passes.</summary>
    public bool Transient { get; init; }

    /// <summary>Revision of the policies in force; empty when there never were any.</summary>
    public string Revision { get; init; } = "";

    /// <summary>The policies in force; null when there never were any.</summary>
    public PolicySet? Set { get; init; }

    /// <summary>Their files.</summary>
    public ImmutableArray<(string File, ReadOnlyMemory<byte> Content)> Files { get; init; } = [];

    /// <summary>Since when the policies in force are kept on disk, when they come from there because the policy directory gives none; else null.</summary>
    public DateTimeOffset? KeptSince { get; init; }

    /// <summary>Why the newest policies are not used; empty when they are.</summary>
    public ImmutableArray<PolicyError> PolicyErrors { get; init; } = [];

    /// <summary>Entries of the policy directory that give no policy, and why.</summary>
    public ImmutableArray<UnreadEntry> NotRead { get; init; } = [];

    /// <summary>Why what is in force stays although the newest policies give nothing to any host; null when they do.</summary>
    public string? Emptied { get; init; }

    public ImmutableArray<PolicyDecision> Policies { get; init; } = [];

    /// <summary>The last audit, when one was made.</summary>
    public AuditReport? Audit { get; init; }

    /// <summary>The policies with what the audit found of them.</summary>
    public ImmutableArray<PolicyDecision> AuditedPolicies => AuditStates.Note(Policies, Audit);

    public DesiredState Desired { get; init; } = DesiredState.Empty;

    public ObservedState Observed { get; init; } = ObservedState.Empty;

    public HostFacts? Host { get; init; }

    /// <summary>Cgroups the policies name.</summary>
    public ImmutableArray<string> Scopes { get; init; } = [];

    /// <summary>Actions that were executed.</summary>
    public ImmutableArray<PlanAction> Done { get; init; } = [];

    /// <summary>Walks over open connections, in order.</summary>
    public ImmutableArray<LiveWalkResult> Walks { get; init; } = [];

    /// <summary>What was found missing in the kernel at its start.</summary>
    public ImmutableArray<DriftItem> Drift { get; init; } = [];

    /// <summary>What the operator paused: texts of <see cref="PauseTarget"/>.</summary>
    public ImmutableSortedSet<string> Pauses { get; init; } = [];

    /// <summary>What is not tried again.</summary>
    public ImmutableArray<QuarantineEntry> Quarantine { get; init; } = [];

    /// <summary>How often each feature was found missing in the kernel and was mended, since the start.</summary>
    public ImmutableSortedDictionary<string, long> Losses { get; init; } =
        ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>Programs that the kernel refused, in this pass or before; the decision is without them.</summary>
    public ImmutableArray<Rejection> Rejections { get; init; } = [];

    /// <summary>Connections that escaped since the start, of each scope that a policy in force has.</summary>
    public ImmutableArray<EscapedInfo> Escaped { get; init; } = [];

    /// <summary>Those of this pass alone.</summary>
    public ImmutableArray<EscapedInfo> NewlyEscaped { get; init; } = [];

    /// <summary>What is wrong with the state files.</summary>
    public ImmutableArray<StateProblem> StateProblems { get; init; } = [];
}

/// <summary>What a pass would do.</summary>
internal sealed record PlanPreview(
    PolicySet Set,
    Decision Decision,
    ObservedState Observed,
    Plan Plan,
    HostFacts Host,
    ImmutableArray<QuarantineEntry> Quarantine
)
{
    /// <summary>Entries of the policy directory that give no policy, and why.</summary>
    public ImmutableArray<UnreadEntry> NotRead { get; init; } = [];

    /// <summary>Why a pass refuses to remove all that is in force; null when it does not.</summary>
    public string? Emptied { get; init; }

    /// <summary>The values that the sysctls of the plan have now.</summary>
    public ImmutableSortedDictionary<string, string> Sysctls { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Names of the policies of which the kernel does not hold everything yet.</summary>
    public ImmutableArray<string> Pending { get; init; } = [];
}
