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

/// <summary>What <c>pause</c> or <c>resume</c> did.</summary>
/// <param name="Changed">What was not paused, or not resumed, before.</param>
/// <param name="Pauses">What is paused now: <c>everything</c>, <c>feature/NAME</c>, <c>policy/NAME</c>.</param>
/// <param name="Error">Why the kernel does not do so yet, or null.</param>
/// <param name="Warning">Why it may not survive a restart, or null.</param>
internal sealed record PauseReport(
    ImmutableArray<string> Changed,
    ImmutableArray<string> Pauses,
    string? Error,
    string? Warning
);
