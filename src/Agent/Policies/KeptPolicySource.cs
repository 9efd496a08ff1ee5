using System.Collections.Immutable;
using System.Text;
using NetEdit.Agent.Persistence;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Policies;

/// <summary>Gives the last good policies of an earlier run, which are kept on disk.</summary>
/// <param name="state">What is kept.</param>
/// <param name="catalog">The installed features.</param>
internal sealed class KeptPolicySource(Func<KeptPolicies?> state, IFeatureCatalog catalog) : IPolicySource
{
    /// <summary>The labels that <c>host.yaml</c> gave the host then; null when nothing is kept.</summary>
    public ImmutableSortedDictionary<string, string>? Labels => state()?.Labels;

    /// <inheritdoc/>
    /// <remarks>Policies that are not valid any more, since a feature has other parameters now, count as none.</remarks>
    public PolicySnapshot Read() =>
        state() is { } kept
        && PolicyReader
            .Read(
                kept.Files.Select(file => (file.Name, new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(file.Text)))),
                catalog
            )
            .Set
            is { } set
            ? PolicySnapshot.None with
            {
                Set = set,
                KeptSince = kept.At,
            }
            : PolicySnapshot.None;

    /// <inheritdoc/>
    /// <remarks>Nothing to tell: the agent itself writes them.</remarks>
    public IPolicyWatch Watch(Action newer) => new NoWatch();

    private sealed class NoWatch : IPolicyWatch
    {
        public string? Refresh() => null;

        public void Dispose() { }
    }
}
