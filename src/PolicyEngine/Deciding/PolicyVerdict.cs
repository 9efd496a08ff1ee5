using System.Collections.Immutable;
using System.Globalization;
using NetEdit.Features;
using NetEdit.Host;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>What becomes of one policy: first by itself, then among the others.</summary>
internal sealed class PolicyVerdict
{
    private readonly Policy _policy;
    private readonly ImmutableArray<string> _scopes = [];
    private readonly (PolicyState State, Reason Reason)? _ruledOut;
    private readonly ImmutableArray<FeatureVerdict> _features;
    private readonly int _found;

    /// <summary>Judges a policy by itself.</summary>
    public PolicyVerdict(Policy policy, HostFacts host, VariantChooser chooser)
    {
        _policy = policy;
        if (HostMatcher.Mismatch(policy.Hosts, host) is { } mismatch)
        {
            _ruledOut = (PolicyState.Skipped, mismatch);
            _features = [];
            return;
        }

        if (policy.Until <= host.Now)
        {
            _ruledOut = (
                PolicyState.Expired,
                new Reason(ReasonCodes.Expired, $"its time was over at {Text(policy.Until.Value)}")
            );
            _features = [];
            return;
        }

        if (policy.Unseen is { Scopes.IsEmpty: true } unseen)
        {
            _ruledOut = (PolicyState.Unsupported, new Reason(ReasonCodes.CapabilityUnknown, unseen.Why));
        }

        ImmutableArray<string> found =
        [
            .. policy.Scopes.Where(scope => scope == "/" || host.Cgroups.ContainsKey(scope)),
        ];
        (_scopes, _found) = ([.. found.Take(PolicyLimits.Containers)], found.Length);
        if (found.IsEmpty)
        {
            _ruledOut ??= chooser.WithoutCgroup2 is { } lack
                ? (PolicyState.Unsupported, lack)
                : (PolicyState.Waiting, new Reason(ReasonCodes.ScopeAbsent, Absent(policy)));
        }

        if (
            !policy.Connections.IsEmpty
            && policy.Connections.All(selector => !selector.Users.IsEmpty && !selector.Users.Any(UserText.IsNumber))
        )
        {
            _ruledOut ??= (PolicyState.Waiting, NoSuchUser(policy));
        }

        _features =
        [
            .. policy.Tuning.Select(pair => new FeatureVerdict(
                policy,
                _scopes,
                pair.Key,
                chooser.Choose(pair.Key),
                host,
                _ruledOut
            )),
        ];
        ImmutableArray<StagedFeature> staged = [.. _features.Select(feature => feature.Staged).OfType<StagedFeature>()];
        ScopedPolicies = staged.IsEmpty ? [] : [.. _scopes.Select(scope => new ScopedPolicy(policy, scope, staged))];
    }

    /// <summary>The policy as one that gives features to connections, in each of its scopes; empty when it gives none.</summary>
    public ImmutableArray<ScopedPolicy> ScopedPolicies { get; } = [];

    /// <summary>The features in use.</summary>
    public IEnumerable<(ITuningFeature Feature, FeatureVariant Variant)> Used =>
        _features.Select(feature => feature.Used).OfType<(ITuningFeature, FeatureVariant)>();

    /// <summary>The features with standalone programs.</summary>
    public IEnumerable<AttachedFeature> Attached =>
        _features
            .Select(feature => feature.Used is null || !_policy.IsUnconditional ? null : feature.Attached)
            .OfType<AttachedFeature>();

    /// <summary>The features that set sysctls.</summary>
    public IEnumerable<PolicySysctls> Sysctls =>
        _features
            .Select(feature => feature.Used is null || !_policy.IsUnconditional ? null : feature.Sysctls)
            .OfType<PolicySysctls>();

    /// <summary>The features of which it is not known whether the host can give them.</summary>
    public IEnumerable<UndecidedFeature> Undecided =>
        _features.SelectMany(feature => new[] { feature.Undecided, feature.Unseen }).OfType<UndecidedFeature>();

    /// <summary>Judges these features among those of other policies.</summary>
    public void ApplySysctls()
    {
        foreach (var feature in _features)
        {
            feature.ApplySysctls();
        }
    }

    /// <summary>Judges such features among those of other policies.</summary>
    public void ApplyAttachments()
    {
        foreach (var feature in _features)
        {
            feature.ApplyAttachments();
        }
    }

    /// <summary>Judges the policy among the others.</summary>
    public void Apply(ComposedPolicies composition)
    {
        if (ScopedPolicies is not [var first, ..])
        {
            return;
        }

        var exceeded = ScopedPolicies.Count(scopedPolicy => scopedPolicy.Rank >= composition.Kept);
        for (var i = 0; i < first.Features.Length; i++)
        {
            var feature = _features.First(verdict => ReferenceEquals(verdict.Staged, first.Features[i]));
            feature.Apply(composition.ContestResults[first.Rank][i], exceeded, composition.Exceeded);
        }
    }

    /// <summary>The decision.</summary>
    public PolicyDecision Decision()
    {
        ImmutableArray<FeatureDecision> features = [.. _features.Select(feature => feature.Decision())];
        var (state, reason) = _ruledOut ?? Summarise(features);
        if (IsInForce(state))
        {
            (state, reason) = Limited(state, reason);
        }

        return new PolicyDecision(_policy.Name, _policy.Source, _policy.ScopeText, state, reason, features)
        {
            Scopes = _scopes,
            Observes = _policy.Observes,
        };
    }

    private static Reason NoSuchUser(Policy policy) =>
        new(
            ReasonCodes.UserUnknown,
            "this host has no user "
                + string.Join(
                    ", ",
                    policy
                        .Connections.SelectMany(selector => selector.Users)
                        .Where(user => !UserText.IsNumber(user))
                        .Distinct(StringComparer.Ordinal)
                )
        );

    private static string Absent(Policy policy) =>
        policy.Container is { } containers
            ? containers.SelectsAll
                ? "this host has no container yet"
                : $"no container of this host matches {containers} yet"
            : policy.Unit is { } unit
                ? $"unit {unit} has no cgroup yet"
                : $"cgroup {policy.Scopes[0]} does not exist yet";

    // What bounds a policy that is in force; a reason why it is not in force as written comes first.
    private (PolicyState State, Reason Reason) Limited(PolicyState state, Reason reason)
    {
        var share = _policy.Share is { } part ? $", for {ShareText.Format(part)} of the connections" : "";
        var end = _policy.Until is { } until ? $", until {Text(until)}" : "";
        var bound =
            _found > _scopes.Length
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"{_found} containers match, more than the {_scopes.Length} that one policy may be for: "
                        + $"those after {_scopes[^1]} in the order of their paths are left alone"
                )
            : _policy.LeftAlone > 0
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"{_policy.LeftAlone} of the containers that match are left alone: their users own more "
                        + $"than one user may have"
                )
            : null;
        if (bound is not null)
        {
            return (
                _policy.Observes ? PolicyState.Observing : PolicyState.PartiallyActive,
                new Reason(ReasonCodes.TooLarge, bound)
            );
        }

        if (_policy.Observes)
        {
            return (
                PolicyState.Observing,
                state == PolicyState.Active
                    ? new Reason(ReasonCodes.Observing, $"counted, not set{share}{end}")
                    : reason
            );
        }

        if (state == PolicyState.Active && _policy.Connections.Any(selector => !selector.Users.All(UserText.IsNumber)))
        {
            return (PolicyState.Degraded, NoSuchUser(_policy));
        }

        return state != PolicyState.Active || share.Length + end.Length == 0
            ? (state, reason)
            : (state, new Reason(ReasonCodes.Limited, $"{reason.Text}{share}{end}"));
    }

    private static string Text(DateTimeOffset time) =>
        time.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static (PolicyState State, Reason Reason) Summarise(ImmutableArray<FeatureDecision> features)
    {
        if (features.IsEmpty)
        {
            return (PolicyState.Active, new Reason(ReasonCodes.None, "it tunes nothing"));
        }

        var working = features.Count(feature => IsInForce(feature.State));
        if (working == 0)
        {
            return (features[0].State, ReasonOf(features[0]));
        }

        if (working < features.Length)
        {
            return (PolicyState.PartiallyActive, ReasonOf(features.First(feature => !IsInForce(feature.State))));
        }

        return features.FirstOrDefault(feature => feature.State == PolicyState.PartiallyActive) is { } partial
                ? (PolicyState.PartiallyActive, ReasonOf(partial))
            : features.FirstOrDefault(feature => feature.State == PolicyState.Degraded) is { } degraded
                ? (PolicyState.Degraded, ReasonOf(degraded))
            : (PolicyState.Active, new Reason(ReasonCodes.None, "in force as written"));
    }

    internal static bool IsInForce(PolicyState state) =>
        state is PolicyState.Active or PolicyState.Degraded or PolicyState.PartiallyActive or PolicyState.Observing;

    private static Reason ReasonOf(FeatureDecision feature) =>
        feature.Reasons[0] with
        {
            Text = $"{feature.Feature}: {feature.Reasons[0].Text}",
        };
}
