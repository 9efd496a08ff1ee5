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

/// <summary>The answer: one line.</summary>
/// <param name="Status">What the agent knows; null on an error, and when something else was asked for.</param>
/// <param name="Error">What is wrong with the request, or null.</param>
internal sealed record ControlResponse(StatusReport? Status, string? Error)
{
    /// <summary>Creates the answer to a request that is not done.</summary>
    public static ControlResponse Refuse(string why) => new(null, why);

    /// <summary>What <c>apply</c>, <c>gc</c> or <c>uninstall</c> did.</summary>
    public ChangeOutcome? Change { get; init; }

    /// <summary>What <c>retry</c> let go.</summary>
    public RetryReport? Retry { get; init; }

    /// <summary>What <c>compare</c> found.</summary>
    public CompareReport? Compare { get; init; }

    /// <summary>Of <c>explain</c> of one policy: where it is in use.</summary>
    public ImmutableArray<PolicyUse>? Uses { get; init; }

    /// <summary>What <c>connections</c> found.</summary>
    public ConnectionsReport? Connections { get; init; }

    /// <summary>What <c>audit</c> found.</summary>
    public AuditReport? Audit { get; init; }

    /// <summary>What <c>counters</c> read.</summary>
    public CountersReport? Counters { get; init; }

    /// <summary>What <c>metrics</c> read: Prometheus' text format.</summary>
    public string? Metrics { get; init; }

    /// <summary>Called when the answer is on its way, or cannot be sent.</summary>
    [JsonIgnore]
    public Action? WhenSent { get; init; }
}

/// <summary>What came of a change to the kernel.</summary>
/// <param name="Report">What was done.</param>
/// <param name="Complete">Whether the kernel is as it was meant to be.</param>
/// <param name="Error">What went wrong, or null.</param>
internal sealed record ChangeOutcome(PlanReport Report, bool Complete, string? Error)
{
    /// <summary>Why the policies are not used.</summary>
    public ImmutableArray<PolicyError> PolicyErrors { get; init; } = [];
}
