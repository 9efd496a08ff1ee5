using System.Collections.Immutable;
using NetEdit.Agent.Persistence;
using NetEdit.Model;

namespace NetEdit.Agent.Reconciliation;

/// <summary>Sees to it that what failed or flaps is left alone: fills the quarantine, and empties it when something changed.</summary>
internal sealed class Stability(LedgerState state, IFeatureCatalog catalog, TimeProvider time)
{
    private readonly FlapWatch _flaps = new(time);
    private ImmutableSortedDictionary<string, long> _losses = ImmutableSortedDictionary.Create<string, long>(
        StringComparer.Ordinal
    );

    /// <summary>How often each feature was found missing in the kernel.</summary>
    public ImmutableSortedDictionary<string, long> Losses => _losses;

    /// <summary>What is in quarantine.</summary>
    public ImmutableArray<QuarantineEntry> Entries => state.Quarantine.Entries;

    /// <summary>What must not be tried for a policy set.</summary>
    public IEnumerable<Rejection> Rejections(PolicySet policies) =>
        Entries.IsEmpty ? [] : state.Quarantine.Rejections(catalog, Named(policies));

    /// <summary>Takes in what was found missing before a pass, and lets go of what has changed since it was put in quarantine.</summary>
    public void Before(PolicySet policies, ImmutableArray<DriftItem> drift)
    {
        foreach (var item in drift)
        {
            _losses = _losses.SetItem(item.Feature, _losses.GetValueOrDefault(item.Feature) + 1);
            _flaps.Lost(item.Feature, item.What);
        }

        if (!Entries.IsEmpty)
        {
            var named = Named(policies);

            // What no policy names is not loaded to be asked; that a feature that flaps has no policy any more is a change.
            var released = state.Quarantine.ReleaseChanged(entry =>
                named.Contains(entry.Feature) ? Digests(entry, policies)
                : entry.Cause == QuarantineCause.Flapping ? []
                : null
            );
            if (!released.IsEmpty)
            {
                state.SaveQuarantine();
            }
        }

        Isolate(drift.Select(item => item.Feature), policies);
    }

    /// <summary>Takes in how a pass ended.</summary>
    public void After(PolicySet policies, ImmutableArray<PolicyDecision> decisions)
    {
        var states = decisions
            .SelectMany(policy => policy.Features)
            .ToLookup(feature => feature.Feature, feature => feature.State, StringComparer.Ordinal);
        foreach (var feature in states)
        {
            _flaps.See(
                feature.Key,
                policies.Revision,
                feature.Any(Verification.IsInForce) ? true
                    : feature.Contains(PolicyState.Failed) ? false
                    : null
            );
        }

        Isolate(states.Select(feature => feature.Key), policies);
    }

    /// <summary>Remembers a program the kernel refused.</summary>
    public void Remember(Rejection rejection)
    {
        state.Quarantine.Add(rejection);
        state.SaveQuarantine();
    }

    /// <summary>Lets a feature be tried again; null for all.</summary>
    public ImmutableArray<QuarantineEntry> Retry(string? feature)
    {
        var released = state.Quarantine.Release(feature);
        foreach (var name in released.Select(entry => entry.Feature))
        {
            _flaps.Forget(name);
        }

        if (!released.IsEmpty)
        {
            state.SaveQuarantine();
        }

        return released;
    }

    private static HashSet<string> Named(PolicySet policies) =>
        policies.Policies.SelectMany(policy => policy.Tuning.Keys).ToHashSet(StringComparer.Ordinal);

    private void Isolate(IEnumerable<string> features, PolicySet policies)
    {
        foreach (var feature in features)
        {
            if (_flaps.Flaps(feature) is { IsEmpty: false } history)
            {
                state.Quarantine.Add(
                    feature,
                    FeatureBasis.Digest(feature, policies, catalog),
                    $"{history.Length} times within {FlapWatch.Window.TotalMinutes:F0} minutes it was lost, "
                        + $"or came and went; the last time: {history[^1].What}",
                    history
                );
                state.SaveQuarantine();
                _flaps.Forget(feature);
            }
        }
    }

    private IReadOnlyCollection<string>? Digests(QuarantineEntry entry, PolicySet policies)
    {
        try
        {
            return entry.Cause == QuarantineCause.Flapping
                ? [FeatureBasis.Digest(entry.Feature, policies, catalog)]
                : [.. FeatureBasis.Programs(entry.Feature, catalog)];
        }
#pragma warning disable CA1031 // A plugin's code may throw anything; what it cannot say counts as unchanged.
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }
}
