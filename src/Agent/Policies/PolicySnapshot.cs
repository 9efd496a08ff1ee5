using System.Collections.Immutable;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Policies;

/// <summary>The policies of a source at one moment.</summary>
/// <param name="Set">The policies; null when they are invalid, or when there are none to read.</param>
/// <param name="Errors">Why they are invalid.</param>
/// <param name="FileCount">Files they were read from.</param>
/// <param name="BeingWritten">Files left as they were, or left out, because somebody is writing them.</param>
internal sealed record PolicySnapshot(
    PolicySet? Set,
    ImmutableArray<PolicyError> Errors,
    int FileCount,
    ImmutableArray<string> BeingWritten
)
{
    /// <summary>No policies, and no word why.</summary>
    public static PolicySnapshot None { get; } = new(null, [], 0, []);

    /// <summary>
    /// Entries of the policy directory that give no policy, and why: passed over, empty, or being written.
    /// </summary>
    public ImmutableArray<UnreadEntry> NotRead { get; init; } = [];

    /// <summary>The files of the set.</summary>
    public ImmutableArray<(string File, ReadOnlyMemory<byte> Content)> Files { get; init; } = [];

    /// <summary>When the set was kept, if it comes from disk because no source has given one since the start; else null.</summary>
    public DateTimeOffset? KeptSince { get; init; }

    /// <summary>The directories and files that the source reads, as the user named them.</summary>
    public string Origin { get; init; } = "";

    /// <summary>
    /// The newest policies, when they give nothing to any host (<see cref="NoPolicies"/>) and the last good ones are in their place; else null.
    /// </summary>
    public PolicySet? Refused { get; init; }

    /// <summary>Identifies what the policies say, the same on every host; null when they are invalid.</summary>
    public string? Revision => Set?.Revision;
}
