using System.Collections.Immutable;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Reconciliation;

/// <summary>The policies, or <c>host.yaml</c>, are invalid.</summary>
internal sealed class InvalidPoliciesException(ImmutableArray<PolicyError> errors) : Exception(ErrorText.Summary(errors))
{
    public ImmutableArray<PolicyError> Errors { get; } = errors;
}

/// <summary>How lists of errors are put into words.</summary>
internal static class ErrorText
{
    /// <summary><c>3 errors in 2 files</c>.</summary>
    public static string Summary(ImmutableArray<PolicyError> errors) =>
        $"{Count(errors.Length, "error")} in {Count(errors.Select(error => error.File).Distinct(StringComparer.Ordinal).Count(), "file")}";

    /// <summary><c>1 file</c>, <c>2 files</c>, <c>2 policies</c>.</summary>
    public static string Count(int count, string noun) =>
        count == 1 ? $"1 {noun}" : noun.EndsWith('y') ? $"{count} {noun[..^1]}ies" : noun.EndsWith('s') ? $"{count} {noun}es" : $"{count} {noun}s";
}
