using System.Collections.Immutable;
using System.Globalization;
using NetEdit.Bpf;
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
            _ruledOut = (PolicyState.Expired, new Reason(ReasonCodes.Expired, $"its time was over at {Text(policy.Until.Value)}"));
            _features = [];
            return;
        }

        if (policy.Unseen is { Scopes.IsEmpty: true } unseen)
        {
            _ruledOut = (PolicyState.Unsupported, new Reason(ReasonCodes.CapabilityUnknown, unseen.Why));
        }

        ImmutableArray<string> found = [.. policy.Scopes.Where(scope => scope == "/" || host.Cgroups.ContainsKey(scope))];
        (_scopes, _found) = ([.. found.Take(PolicyLimits.Containers)], found.Length);
        if (found.IsEmpty)
        {
            _ruledOut ??= chooser.WithoutCgroup2 is { } lack ? (PolicyState.Unsupported, lack) : (PolicyState.Waiting, new Reason(ReasonCodes.ScopeAbsent, Absent(policy)));
        }

        if (!policy.Connections.IsEmpty && policy.Connections.All(selector => !selector.Users.IsEmpty && !selector.Users.Any(UserText.IsNumber)))
        {
            _ruledOut ??= (PolicyState.Waiting, NoSuchUser(policy));
        }

        _features = [.. policy.Tuning.Select(pair => new FeatureVerdict(policy, _scopes, pair.Key, chooser.Choose(pair.Key), host, _ruledOut))];
        ImmutableArray<StagedFeature> staged = [.. _features.Select(feature => feature.Staged).OfType<StagedFeature>()];
        ScopedPolicies = staged.IsEmpty ? [] : [.. _scopes.Select(scope => new ScopedPolicy(policy, scope, staged))];
    }

    /// <summary>The policy as one that gives features to connections, in each of its scopes; empty when it gives none.</summary>
    public ImmutableArray<ScopedPolicy> ScopedPolicies { get; } = [];

    /// <summary>The features in use.</summary>
    public IEnumerable<(ITuningFeature Feature, FeatureVariant Variant)> Used => _features.Select(feature => feature.Used).OfType<(ITuningFeature, FeatureVariant)>();

    /// <summary>The features with programs that are attached by themselves.</summary>
    public IEnumerable<AttachedFeature> Attached => _features.Select(feature => feature.Used is null || !_policy.IsUnconditional ? null : feature.Attached).OfType<AttachedFeature>();

    /// <summary>The features that set sysctls.</summary>
    public IEnumerable<PolicySysctls> Sysctls => _features.Select(feature => feature.Used is null || !_policy.IsUnconditional ? null : feature.Sysctls).OfType<PolicySysctls>();

    /// <summary>The features of which it is not known whether the host can give them.</summary>
    public IEnumerable<UndecidedFeature> Undecided => _features.SelectMany(feature => new[] { feature.Undecided, feature.Unseen }).OfType<UndecidedFeature>();

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

        return new PolicyDecision(_policy.Name, _policy.Source, _policy.ScopeText, state, reason, features) { Scopes = _scopes };
    }

    private static bool IsOfAcceptedOrigin(Policy policy) =>
        policy.Connections.Any(selector => selector.NamesOrigin && selector.Directions.Contains(Direction.Inbound));

    private static Reason NoSuchUser(Policy policy) =>
        new(ReasonCodes.UserUnknown, $"this host has no user {string.Join(", ", policy.Connections.SelectMany(selector => selector.Users).Where(user => !UserText.IsNumber(user)).Distinct(StringComparer.Ordinal))}");

    private static string Absent(Policy policy) =>
        policy.Container is { } containers ? containers.Labels.IsEmpty ? "this host has no container yet" : $"no container of this host matches {containers} yet"
        : policy.Unit is { } unit ? $"unit {unit} has no cgroup yet"
        : $"cgroup {policy.Scopes[0]} does not exist yet";

    // What bounds a policy that is in force; a reason why it is not in force as written comes first.
    private (PolicyState State, Reason Reason) Limited(PolicyState state, Reason reason)
    {
        var share = _policy.Share is { } part ? $", for {ShareText.Format(part)} of the connections" : "";
        var end = _policy.Until is { } until ? $", until {Text(until)}" : "";
        var bound = _found > _scopes.Length
            ? string.Create(CultureInfo.InvariantCulture, $"{_found} containers match, more than the {_scopes.Length} that one policy may be for: those after {_scopes[^1]} in the order of their paths are left alone")
            : _policy.LeftAlone > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{_policy.LeftAlone} of the containers that match are left alone: their users own more than one user may have")
            : null;
        if (bound is not null)
        {
            return (_policy.Observes ? PolicyState.Observing : PolicyState.PartiallyActive, new Reason(ReasonCodes.TooLarge, bound));
        }

        if (_policy.Observes)
        {
            return (PolicyState.Observing, state == PolicyState.Active ? new Reason(ReasonCodes.Observing, $"counted, not set{share}{end}") : reason);
        }

        if (state == PolicyState.Active && _policy.Connections.Any(selector => !selector.Users.All(UserText.IsNumber)))
        {
            return (PolicyState.Degraded, NoSuchUser(_policy));
        }

        return state != PolicyState.Active || share.Length + end.Length == 0 ? (state, reason) : (state, new Reason(ReasonCodes.Limited, $"{reason.Text}{share}{end}"));
    }

    private static string Text(DateTimeOffset time) => time.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

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

        return features.FirstOrDefault(feature => feature.State == PolicyState.PartiallyActive) is { } partial ? (PolicyState.PartiallyActive, ReasonOf(partial))
            : features.FirstOrDefault(feature => feature.State == PolicyState.Degraded) is { } degraded ? (PolicyState.Degraded, ReasonOf(degraded))
            : (PolicyState.Active, new Reason(ReasonCodes.None, "in force as written"));
    }

    private static bool IsInForce(PolicyState state) => state is PolicyState.Active or PolicyState.Degraded or PolicyState.PartiallyActive or PolicyState.Observing;

    private static Reason ReasonOf(FeatureDecision feature) => feature.Reasons[0] with { Text = $"{feature.Feature}: {feature.Reasons[0].Text}" };

    /// <summary>What becomes of one feature of a policy.</summary>
    private sealed class FeatureVerdict
    {
        private readonly Policy _policy;
        private readonly ImmutableArray<string> _scopes;
        private readonly string _name;
        private readonly string _values;
        private readonly List<Reason> _reasons = [];
        private PolicyState _state;
        private ImmutableArray<Contest> _contests = [];

        public FeatureVerdict(Policy policy, ImmutableArray<string> scopes, string name, VariantChoice choice, HostFacts host, (PolicyState State, Reason Reason)? ruledOut)
        {
            (_policy, _scopes, _name) = (policy, scopes, name);
            var values = policy.Tuning[name] ?? ParameterValues.Empty;
            Unseen = policy.Unseen is { Scopes.IsEmpty: false } unseen ? NotKnown(choice, unseen.Why, unseen.Scopes) : null;
            _values = choice.Feature is null ? "" : ValuesText.Format(choice.Feature, values);
            if (ruledOut is { } all)
            {
                _state = all.State;
                _reasons.Add(all.Reason);
                Undecided = all.Reason.Code == ReasonCodes.CapabilityUnknown ? NotKnown(choice, all.Reason.Text, []) : null;
                return;
            }

            (_state, var reasons) = choice.For(values);
            _reasons.AddRange(reasons);
            Undecided = choice.Unknown is { } unknown ? NotKnown(choice, unknown, scopes) with { OpenConnectionsOnly = choice.UnknownForOpenConnectionsOnly } : null;
            if (choice is not { Feature: { } feature, Variant: { } variant })
            {
                return;
            }

            try
            {
                Staged = Ask(feature, variant, values, host);
                Used = (feature, variant);
            }
#pragma warning disable CA1031 // A plugin's code may throw anything; its feature then fails, and the others go on.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Lose(PolicyState.Failed, ReasonCodes.FeatureError, $"its code threw {exception.GetType().Name}: {exception.Message}");
            }
        }

        public StagedFeature? Staged { get; }

        public UndecidedFeature? Undecided { get; }

        /// <summary>The feature where it cannot be seen whether the policy is for what is there.</summary>
        public UndecidedFeature? Unseen { get; }

        public AttachedFeature? Attached { get; private set; }

        public PolicySysctls? Sysctls { get; private set; }

        public (ITuningFeature Feature, FeatureVariant Variant)? Used { get; private set; }

        /// <summary>Judges a feature with a stage.</summary>
        /// <param name="contestResult">How it fares.</param>
        /// <param name="exceeded">Scopes there was no room for.</param>
        /// <param name="limit">What there was no more room of.</param>
        public void Apply(ContestResult contestResult, int exceeded, string? limit)
        {
            _contests = [.. contestResult.Contests];
            if (exceeded == _scopes.Length)
            {
                Lose(PolicyState.Failed, ReasonCodes.TooLarge, $"no room: the policies before it in precedence take all there may be ({limit})");
                Used = null;
            }
            else if (!contestResult.IsAdmitted)
            {
                Lose(PolicyState.Failed, ReasonCodes.TooLarge, NoSlot(contestResult.FullScopes));
                Used = null;
            }
            else if (!contestResult.Wins)
            {
                Lose(PolicyState.Conflict, ReasonCodes.Shadowed, _contests is [var lost, ..]
                    ? $"policy '{lost.Winner}' wins wherever it would apply ({lost.Rule})"
                    : "other policies win wherever it would apply");
            }
            else if (contestResult.IsCrowded)
            {
                Lose(PolicyState.PartiallyActive, ReasonCodes.NotDivisible, $"some connections are for the shares of more than {ProfileSplit.Most} policies: this one, which comes after them in precedence, leaves those alone");
            }
            else if (contestResult.FullScopes.Count > 0)
            {
                Lose(PolicyState.PartiallyActive, ReasonCodes.TooLarge, NoSlot(contestResult.FullScopes));
            }
            else if (exceeded > 0)
            {
                Lose(PolicyState.PartiallyActive, ReasonCodes.TooLarge, string.Create(CultureInfo.InvariantCulture, $"no room in {exceeded} of its {_scopes.Length} cgroups: the others, and the policies before it in precedence, take all there may be ({limit})"));
            }

            if (contestResult.Unlisted > 0)
            {
                _reasons.Add(new Reason(ReasonCodes.None, string.Create(CultureInfo.InvariantCulture, $"{contestResult.Unlisted} more contests are not listed")));
            }
        }

        /// <summary>A feature that has a stage, too, is in force by that wherever it wins there.</summary>
        public void ApplyAttachments()
        {
            if (Used is null || Attached is null)
            {
                return;
            }

            if (!_policy.IsUnconditional)
            {
                Lose(Staged is null ? PolicyState.Unsupported : PolicyState.PartiallyActive, ReasonCodes.NotDivisible, $"its programs run for all of the scope: they are not attached for {(_policy.Observes ? "a policy that observes" : "a share")}");
                return;
            }

            _contests = [.. _contests, .. Attached.ContestResult.Contests];
            if (!Attached.HasTargets)
            {
                Lose(Staged is null ? PolicyState.Waiting : PolicyState.PartiallyActive, ReasonCodes.ScopeAbsent, _policy.Interfaces.IsEmpty
                    ? "it runs at interfaces, and spec.scope.interfaces names none"
                    : $"no interface is named {string.Join(" or ", _policy.Interfaces)}");
            }
            else if (!Attached.ContestResult.Wins && Staged is null)
            {
                Lose(PolicyState.Conflict, ReasonCodes.Shadowed, $"policy '{_contests[0].Winner}' wins wherever it would apply ({_contests[0].Rule})");
            }
            else if (!_policy.Connections.IsEmpty && Staged is null)
            {
                _state = PolicyState.Degraded;
                _reasons.Add(new Reason(ReasonCodes.ConnectionsNotTold, "its programs do not tell connections apart: it is in force for all of the scope, whatever spec.connections says"));
            }
        }

        /// <summary>A feature that has programs, too, is in force by those.</summary>
        public void ApplySysctls()
        {
            if (Used is null || Sysctls is null)
            {
                return;
            }

            var only = Staged is null && Attached is null;
            if (!_policy.IsUnconditional)
            {
                Lose(only ? PolicyState.Unsupported : PolicyState.PartiallyActive, ReasonCodes.NotDivisible, $"its sysctls hold for the whole network namespace: they are not set for {(_policy.Observes ? "a policy that observes" : "a share")}");
                return;
            }

            _contests = [.. _contests, .. Sysctls.ContestResult.Contests];
            if (Sysctls.IsBounded)
            {
                Lose(only ? PolicyState.Unsupported : PolicyState.PartiallyActive, ReasonCodes.WholeNamespace, "its sysctls would hold for the whole network namespace, and the policy is for a cgroup: give them in a policy without spec.scope");
            }
            else if (Sysctls.Missing.Length == Sysctls.Settings.Length)
            {
                Lose(only ? PolicyState.Unsupported : PolicyState.PartiallyActive, ReasonCodes.SysctlMissing, Sysctls.Lack);
            }
            else if (!Sysctls.ContestResult.Wins)
            {
                Lose(only ? PolicyState.Conflict : PolicyState.PartiallyActive, ReasonCodes.Shadowed, $"policy '{Sysctls.ContestResult.Contests.First().Winner}' wins wherever it would apply ({Sysctls.ContestResult.Contests.First().Rule})");
            }
            else if (!Sysctls.Missing.IsEmpty)
            {
                Lose(PolicyState.Degraded, ReasonCodes.SysctlMissing, $"{Sysctls.Lack}; the others are set");
            }
            else if (!_policy.Connections.IsEmpty && only)
            {
                Lose(PolicyState.Degraded, ReasonCodes.ConnectionsNotTold, "its sysctls hold for the whole network namespace, whatever spec.connections says");
            }
        }

        public FeatureDecision Decision() => new(_name, _policy.Observes && IsInForce(_state) ? PolicyState.Observing : _state, Used?.Variant.Name, _values, [.. _reasons], _contests);

        /// <summary>All that the feature's own code is asked of.</summary>
        private StagedFeature? Ask(ITuningFeature feature, FeatureVariant variant, ParameterValues values, HostFacts host)
        {
            if (variant.Attached.CountBy(program => program.Hook).FirstOrDefault(hook => hook.Value > 1) is { Key: { } hook })
            {
                throw new InvalidOperationException($"variant '{variant.Name}' has more than one program for {hook}");
            }

            foreach (var program in variant.Programs)
            {
                _ = program.Object.Digest;
                _ = (program as SockopsStage)?.Live?.Digest;
            }

            var fitting = feature.Fit(values, host);
            var staged = variant.Stage is null ? null : new StagedFeature(feature, variant, fitting);
            if (staged?.Knobs.FirstOrDefault(knob => knob.Reply != SockopsOperations.None) is { } early && IsOfAcceptedOrigin(_policy))
            {
                _state = PolicyState.Degraded;
                _reasons.Add(new Reason(ReasonCodes.OriginUnknown, $"{early.Name} comes before an accepted socket exists, with neither user nor interface: only outbound connections get it"));
            }

            Sysctls = PolicySysctls.Of(_policy, feature, fitting);
            Attached = variant.Attached.Any() ? new AttachedFeature(_policy, _scopes, feature, variant, fitting) : null;
            Note(ReasonCodes.ValueCapped, feature.Review(values, host));
            Note(ReasonCodes.ValueHarms, PolicyCautions.Of(feature, values, _policy));
            return staged;
        }

        private void Note(string code, IEnumerable<string> notices)
        {
            foreach (var notice in notices)
            {
                _state = PolicyState.Degraded;
                _reasons.Add(new Reason(code, notice));
            }
        }

        private UndecidedFeature NotKnown(VariantChoice choice, string why, ImmutableArray<string> scopes) => new(_name, _policy.Name, why)
        {
            Scopes = scopes,
            Algorithms = [.. (choice.Feature?.Variants ?? []).SelectMany(variant => variant.CongestionControls).Select(control => control.Algorithm).Distinct(StringComparer.Ordinal)],
        };

        private void Lose(PolicyState state, string code, string text)
        {
            _state = state;
            _reasons.Insert(0, new Reason(code, text));
        }

        private static string NoSlot(List<string> scopes) =>
            $"no slot: scope {scopes[0]}{(scopes.Count > 1 ? $" (and {scopes.Count - 1} more)" : "")} has {DesiredChain.MostStages} features of policies before it in precedence";
    }
}
