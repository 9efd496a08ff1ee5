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

/// <summary>What <c>validate</c> found.</summary>
internal sealed record ValidationReport(
    bool Valid,
    string? Revision,
    int Files,
    ImmutableArray<string> Policies,
    ImmutableArray<PolicyError> Errors
)
{
    /// <summary>Entries of the directories that give no policy, and why.</summary>
    public ImmutableArray<UnreadEntry> NotRead { get; init; } = [];

    /// <summary>Features of valid policies that are not installed here, and what values cost on any host.</summary>
    public ImmutableArray<PolicyCaution> Warnings { get; init; } = [];
}
