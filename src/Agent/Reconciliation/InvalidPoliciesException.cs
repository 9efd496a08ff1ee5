using System.Collections.Immutable;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Reconciliation;

/// <summary>The policies, or <c>host.yaml</c>, are invalid.</summary>
internal sealed class InvalidPoliciesException(ImmutableArray<PolicyError> errors)
    : Exception(ErrorText.Summary(errors))
{
    public ImmutableArray<PolicyError> Errors { get; } = errors;
}

/// <summary>How lists of errors are put into words.</summary>
internal static class ErrorText
{
    /// <summary><c>3 errors in 2 files</c>.</summary>
    public static string Summary(ImmutableArray<PolicyError> errors) =>
        $"{Plural.Count(errors.Length, "error")} in "
        + $"{Plural.Count(errors.Select(error => error.File).Distinct(StringComparer.Ordinal).Count(), "file")}";
}
