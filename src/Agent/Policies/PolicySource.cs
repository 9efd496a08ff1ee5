using System.Collections.Immutable;
using System.Text;
using NetEdit.Agent.Persistence;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Policies;

/// <summary>The policies to work with, and whether they are the newest.</summary>
/// <param name="Set">The last good set; null when there never was one.</param>
/// <param name="Errors">Why the newest is not used; empty when it is.</param>
/// <param name="FileCount">Files it was read from.</param>
/// <param name="BeingWritten">Files left as they were, or left out, because somebody is writing them.</param>
internal sealed record PolicySourceState(
    PolicySet? Set,
    ImmutableArray<PolicyError> Errors,
    int FileCount,
    ImmutableArray<string> BeingWritten
)
{
    /// <summary>
    /// Entries of the policy directory that give no policy, and why: passed over, empty, or being written.
    /// </summary>
    public ImmutableArray<UnreadEntry> NotRead { get; init; } = [];

    /// <summary>The files of the last good set.</summary>
    public ImmutableArray<(string File, ReadOnlyMemory<byte> Content)> Files { get; init; } = [];

    /// <summary>When the set was kept, if it comes from disk because the files have given none since the start; else null.</summary>
    public DateTimeOffset? KeptSince { get; init; }
}

/// <summary>Reads policies and keeps the last good set while the newest is invalid.</summary>
/// <param name="files">The files.</param>
/// <param name="catalog">The installed features.</param>
/// <param name="kept">The last good set of an earlier run, asked for when the files give none; null for whoever does without.</param>
internal sealed class PolicySource(PolicyFiles files, IFeatureCatalog catalog, Func<KeptPolicies?>? kept = null)
{
    private const string BeingWritten = "somebody is writing this file; until it is closed, its last content counts";

    private string? _fingerprint;
    private PolicySourceState _state = new(null, [], 0, []);
    private ImmutableArray<string> _empty = [];

    /// <summary>What was last read.</summary>
    public PolicySourceState Last { get; private set; } = new(null, [], 0, []);

    /// <summary>Reads the files, and parses them when they differ from what was read before.</summary>
    /// <exception cref="IOException">The device failed.</exception>
    public PolicySourceState Read()
    {
        var snapshot = files.Read();
        if (!string.Equals(snapshot.Fingerprint, _fingerprint, StringComparison.Ordinal))
        {
            var result = PolicyReader.Read(snapshot.Files, catalog);
            ImmutableArray<PolicyError> errors = [.. snapshot.Errors, .. result.Errors];
            _state = errors.IsEmpty
                ? new PolicySourceState(result.Set, [], snapshot.Files.Length, []) { Files = snapshot.Files }
                : (_state.Set is null ? Kept() : _state) with
                {
                    Errors = errors,
                    FileCount = snapshot.Files.Length,
                };
            _empty = result.Empty;
            _fingerprint = snapshot.Fingerprint;
        }

        return Last = _state with
        {
            BeingWritten = snapshot.BeingWritten,
            NotRead =
            [
                .. snapshot.NotRead,
                .. _empty.Select(file => new UnreadEntry(file, "holds no policy")),
                .. snapshot.BeingWritten.Select(file => new UnreadEntry(file, BeingWritten)),
            ],
        };
    }

    /// <summary>The state with the set of an earlier run. One that is not valid any more (its feature has other parameters now) counts as none.</summary>
    private PolicySourceState Kept()
    {
        if (kept?.Invoke() is not { } last)
        {
            return _state;
        }

        return Parse(last, catalog) is { } set ? _state with { Set = set, KeptSince = last.At } : _state;
    }

    /// <summary>A kept set; null when it is not valid any more.</summary>
    public static PolicySet? Parse(KeptPolicies kept, IFeatureCatalog catalog) =>
        PolicyReader
            .Read(
                kept.Files.Select(file => (file.Name, new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(file.Text)))),
                catalog
            )
            .Set;
}
