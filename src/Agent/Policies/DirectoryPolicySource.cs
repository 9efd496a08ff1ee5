using System.Collections.Immutable;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Policies;

/// <summary>Gives the policies of directories and files.</summary>
/// <param name="files">The files.</param>
/// <param name="catalog">The installed features.</param>
internal sealed class DirectoryPolicySource(PolicyFiles files, IFeatureCatalog catalog) : IPolicySource
{
    private const string BeingWritten = "somebody is writing this file; until it is closed, its last content counts";

    private string? _fingerprint;
    private PolicySnapshot _parsed = PolicySnapshot.None;
    private ImmutableArray<string> _empty = [];

    /// <inheritdoc/>
    /// <remarks>The files are parsed when they differ from what was read before.</remarks>
    public PolicySnapshot Read()
    {
        var read = files.Read();
        if (!string.Equals(read.Fingerprint, _fingerprint, StringComparison.Ordinal))
        {
            var result = PolicyReader.Read(read.Files, catalog);
            ImmutableArray<PolicyError> errors = [.. read.Errors, .. result.Errors];
            _parsed = errors.IsEmpty
                ? new PolicySnapshot(result.Set, [], read.Files.Length, []) { Files = read.Files }
                : new PolicySnapshot(null, errors, read.Files.Length, []);
            _empty = result.Empty;
            _fingerprint = read.Fingerprint;
        }

        return _parsed with
        {
            Origin = string.Join(", ", files.Roots),
            BeingWritten = read.BeingWritten,
            NotRead =
            [
                .. read.NotRead,
                .. _empty.Select(file => new UnreadEntry(file, "holds no policy")),
                .. read.BeingWritten.Select(file => new UnreadEntry(file, BeingWritten)),
            ],
        };
    }

    /// <inheritdoc/>
    public IPolicyWatch Watch(Action newer) => new DirectoryWatch(files.Roots, newer);

    private sealed class DirectoryWatch(IReadOnlyList<string> roots, Action newer) : IPolicyWatch
    {
        private readonly PathWatcher _watcher = new("netedit-policies", newer);

        public string? Refresh() => _watcher.Watch(WatchList.ForPolicies(roots));

        public void Dispose() => _watcher.Dispose();
    }
}
