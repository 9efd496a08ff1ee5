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

/// <summary>What <c>retry</c> let go, to be tried again.</summary>
internal sealed record RetryReport(ImmutableArray<QuarantineInfo> Released)
{
    /// <summary>Sysctls that somebody else had changed.</summary>
    public ImmutableArray<SysctlInfo> Sysctls { get; init; } = [];
}
