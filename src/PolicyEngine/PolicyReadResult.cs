using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>One thing wrong with the policies.</summary>
/// <param name="File">The file, as it was named.</param>
/// <param name="Line">Line, from 1; 0 when it concerns the file as a whole.</param>
/// <param name="Column">Column, from 1; 0 when it concerns the file as a whole.</param>
/// <param name="Message">What is wrong, with a suggestion where there is one.</param>
public sealed record PolicyError(string File, int Line, int Column, string Message)
{
    /// <inheritdoc/>
    public override string ToString() =>
        Line == 0 ? $"{Printable.Line(File)}: {Message}" : $"{Printable.Line(File)}:{Line}:{Column}: {Message}";
}

/// <summary>What reading gave: a set, or every error of every file.</summary>
/// <param name="Set">The set; null when there is any error.</param>
/// <param name="Errors">Sorted by file, line and column.</param>
public sealed record PolicyReadResult(PolicySet? Set, ImmutableArray<PolicyError> Errors)
{
    /// <summary>Files without a policy and without an error: empty ones, or with comments alone.</summary>
    public ImmutableArray<string> Empty { get; init; } = [];
}
