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

/// <summary>What <c>plan</c> would do, or <c>apply</c>, <c>gc</c> and <c>uninstall</c> did.</summary>
internal sealed record PlanReport(
    string Revision,
    ImmutableArray<ActionInfo> Actions,
    ImmutableArray<PolicyDecision> Policies
)
{
    /// <summary>Entries of the policy directory that give no policy, and why.</summary>
    public ImmutableArray<UnreadEntry> NotRead { get; init; } = [];

    /// <summary>Of <c>plan</c>: names of the policies of which the kernel does not hold everything yet.</summary>
    public ImmutableArray<string> Pending { get; init; } = [];

    /// <summary>Walks over open connections.</summary>
    public ImmutableArray<WalkInfo> Walks { get; init; } = [];
}

/// <summary>A walk over the open connections of a scope: sockets by what came of them, refusals by errno.</summary>
internal sealed record WalkInfo(
    string Scope,
    int Namespaces,
    long Changed,
    long Unchanged,
    long Skipped,
    long Failed,
    ImmutableSortedDictionary<string, long> Errors,
    double Seconds
)
{
    /// <summary>Processes whose network namespace could not be seen, for want of CAP_SYS_PTRACE: connections in it keep what they have.</summary>
    public int Hidden { get; init; }
}

/// <summary>An action; <paramref name="Sign"/> is <c>+</c> for what comes, <c>~</c> for what changes, <c>-</c> for what goes.</summary>
internal sealed record ActionInfo(string Sign, string Action, string Object, string Target, string Detail, string Why);
