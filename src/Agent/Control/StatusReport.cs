using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using NetEdit.Agent.Auditing;
using NetEdit.Agent.Comparing;
using NetEdit.Agent.Persistence;
using NetEdit.Agent.Policies;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Control;

/// <summary>State of the host as <c>status</c> and <c>explain</c> show it.</summary>
internal sealed record StatusReport
{
    public required string Ledger { get; init; }

    /// <summary>The agent that says so; null when the kernel was read directly.</summary>
    public AgentInfo? Agent { get; init; }

    /// <summary>Revision of the policies in force; null without an agent.</summary>
    public string? Revision { get; init; }

    /// <summary>Why the newest policies are not in force.</summary>
    public ImmutableArray<PolicyError> PolicyErrors { get; init; } = [];

    /// <summary>Entries of the policy directory that give no policy, and why.</summary>
    public ImmutableArray<UnreadEntry> NotRead { get; init; } = [];

    public ReconcileInfo? LastReconcile { get; init; }

    /// <summary>The pass under way; null when none is.</summary>
    public PassInfo? Pass { get; init; }

    /// <summary>Parts of the agent that do not run, and what that means; they are tried again.</summary>
    public ImmutableArray<string> Problems { get; init; } = [];

    public ImmutableArray<PolicyDecision> Policies { get; init; } = [];

    /// <summary>The containers of policies that a runtime has named.</summary>
    public ImmutableArray<NamedContainer> Containers { get; init; } = [];

    public required KernelReport Kernel { get; init; }

    public ImmutableArray<string> PluginProblems { get; init; } = [];

    /// <summary>When the policies in force were kept on disk, while they come from there because the policy directory gives none.</summary>
    public DateTimeOffset? PoliciesFromDiskOf { get; init; }

    /// <summary>What is paused: what the operator asked for, or without an agent what the kernel says.</summary>
    public ImmutableArray<string> Pauses { get; init; } = [];

    /// <summary>What is not tried again.</summary>
    public ImmutableArray<QuarantineInfo> Quarantine { get; init; } = [];

    /// <summary>Connections that escaped since the agent started, by scope; none where nothing did.</summary>
    public ImmutableArray<EscapedInfo> Escaped { get; init; } = [];

    /// <summary>State files that were lost or cannot be written, and what that means.</summary>
    public ImmutableArray<string> StateProblems { get; init; } = [];
}

/// <summary>Something in quarantine.</summary>
/// <param name="Feature">The feature.</param>
/// <param name="Variant">The variant; empty for all.</param>
/// <param name="Cause"><c>refused</c> or <c>flapping</c>.</param>
/// <param name="Since">Since when.</param>
/// <param name="Reason">What failed.</param>
/// <param name="History">What happened before.</param>
internal sealed record QuarantineInfo(
    string Feature,
    string Variant,
    string Cause,
    DateTimeOffset Since,
    string Reason,
    ImmutableArray<QuarantineEvent> History
);

/// <summary>A running agent.</summary>
internal sealed record AgentInfo(int Pid, string Version, DateTimeOffset StartedAt, string Policies);

/// <summary>The last pass.</summary>
internal sealed record ReconcileInfo(
    DateTimeOffset At,
    string Trigger,
    string Result,
    bool Converged,
    double Seconds,
    string? Error
);

/// <summary>A pass under way.</summary>
/// <param name="Since">When it began.</param>
/// <param name="Trigger">What caused it.</param>
/// <param name="Actions">Actions begun so far.</param>
/// <param name="Action">The last of them; null before the first.</param>
internal sealed record PassInfo(DateTimeOffset Since, string Trigger, int Actions, string? Action);
