using System.Collections.Immutable;
using NetEdit.Features;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Policies;

/// <summary>The policies to work with, and whether they are the newest.</summary>
/// <param name="Set">The last good set; null when there never was one.</param>
/// <param name="Errors">Why the newest is not used; empty when it is.</param>
/// <param name="FileCount">Files it was read from.</param>
/// <param name="BeingWritten">Files left as they were, or left out, because somebody is writing them.</param>
internal sealed record PolicySourceState(PolicySet? Set, ImmutableArray<PolicyError> Errors, int FileCount, ImmutableArray<string> BeingWritten);

/// <summary>Reads policies and keeps the last good set while the newest is invalid.</summary>
internal sealed class PolicySource(PolicyFiles files, IFeatureCatalog catalog)
{
    private string? _fingerprint;
    private PolicySourceState _state = new(null, [], 0, []);

    /// <summary>Reads the files, and parses them when they differ from what was read before.</summary>
    /// <exception cref="IOException">The device failed.</exception>
    public PolicySourceState Read()
    {
        var snapshot = files.Read();
        if (!string.Equals(snapshot.Fingerprint, _fingerprint, StringComparison.Ordinal))
        {
            var result = PolicyReader.Read(snapshot.Files, catalog);
            ImmutableArray<PolicyError> errors = [.. snapshot.Errors, .. result.Errors];
            _state = new PolicySourceState(errors.IsEmpty ? result.Set : _state.Set, errors, snapshot.Files.Length, []);
            _fingerprint = snapshot.Fingerprint;
        }

        return _state with { BeingWritten = snapshot.BeingWritten };
    }
}
