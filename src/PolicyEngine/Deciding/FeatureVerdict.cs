using System.Collections.Immutable;
using System.Globalization;
using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.Host;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>What becomes of one feature of a policy.</summary>
internal sealed class FeatureVerdict
{
    private readonly Policy _policy;
    private readonly ImmutableArray<string> _scopes;
    private readonly string _name;
    private readonly string _values;
    private readonly List<Reason> _reasons = [];
    private PolicyState _state;
    private ImmutableArray<Contest> _contests = [];

    public FeatureVerdict(
        Policy policy,
        ImmutableArray<string> scopes,
        string name,
        VariantChoice choice,
        HostFacts host,
        (PolicyState State, Reason Reason)? ruledOut
    )
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
        Undecided = choice.Unknown is { } unknown
            ? NotKnown(choice, unknown, scopes) with
            {
                OpenConnectionsOnly = choice.UnknownForOpenConnectionsOnly,
            }
            : null;
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
            Lose(
                PolicyState.Failed,
                ReasonCodes.FeatureError,
                $"its code threw {exception.GetType().Name}: {exception.Message}"
            );
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
            Lose(
                PolicyState.Failed,
                ReasonCodes.TooLarge,
                $"no room: the policies before it in precedence take all there may be ({limit})"
            );
            Used = null;
        }
        else if (!contestResult.IsAdmitted)
        {
            Lose(PolicyState.Failed, ReasonCodes.TooLarge, NoSlot(contestResult.FullScopes));
            Used = null;
        }
        else if (!contestResult.Wins)
        {
            Lose(
                PolicyState.Conflict,
                ReasonCodes.Shadowed,
                _contests is [var lost, ..]
                    ? $"policy '{lost.Winner}' wins wherever it would apply ({lost.Rule})"
                    : "other policies win wherever it would apply"
            );
        }
        else if (contestResult.IsCrowded)
        {
            Lose(
                PolicyState.PartiallyActive,
                ReasonCodes.NotDivisible,
                $"some connections are for the shares of more than {ProfileSplit.Most} policies: this one, "
                    + $"which comes after them in precedence, leaves those alone"
            );
        }
        else if (contestResult.FullScopes.Count > 0)
        {
            Lose(PolicyState.PartiallyActive, ReasonCodes.TooLarge, NoSlot(contestResult.FullScopes));
        }
        else if (exceeded > 0)
        {
            Lose(
                PolicyState.PartiallyActive,
                ReasonCodes.TooLarge,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"no room in {exceeded} of its {_scopes.Length} cgroups: the others, and the policies "
                        + $"before it in precedence, take all there may be ({limit})"
                )
            );
        }

        if (contestResult.Unlisted > 0)
        {
            _reasons.Add(
                new Reason(
                    ReasonCodes.None,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{contestResult.Unlisted} more contests are not listed"
                    )
                )
            );
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
            Lose(
                Staged is null ? PolicyState.Unsupported : PolicyState.PartiallyActive,
                ReasonCodes.NotDivisible,
                $"its programs run for all of the scope: they are not attached for "
                    + $"{(_policy.Observes ? "a policy that observes" : "a share")}"
            );
            return;
        }

        _contests = [.. _contests, .. Attached.ContestResult.Contests];
        if (!Attached.HasTargets)
        {
            Lose(
                Staged is null ? PolicyState.Waiting : PolicyState.PartiallyActive,
                ReasonCodes.ScopeAbsent,
                _policy.Interfaces.IsEmpty
                    ? "it runs at interfaces, and spec.scope.interfaces names none"
                    : $"no interface is named {string.Join(" or ", _policy.Interfaces)}"
            );
        }
        else if (!Attached.ContestResult.Wins && Staged is null)
        {
            Lose(
                PolicyState.Conflict,
                ReasonCodes.Shadowed,
                $"policy '{_contests[0].Winner}' wins wherever it would apply ({_contests[0].Rule})"
            );
        }
        else if (!_policy.Connections.IsEmpty && Staged is null)
        {
            _state = PolicyState.Degraded;
            _reasons.Add(
                new Reason(
                    ReasonCodes.ConnectionsNotTold,
                    "its programs do not tell connections apart: it is in force for all of the scope, "
                        + "whatever spec.connections says"
                )
            );
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
            Lose(
                only ? PolicyState.Unsupported : PolicyState.PartiallyActive,
                ReasonCodes.NotDivisible,
                $"its sysctls hold for the whole network namespace: they are not set for "
                    + $"{(_policy.Observes ? "a policy that observes" : "a share")}"
            );
            return;
        }

        _contests = [.. _contests, .. Sysctls.ContestResult.Contests];
        if (Sysctls.IsBounded)
        {
            Lose(
                only ? PolicyState.Unsupported : PolicyState.PartiallyActive,
                ReasonCodes.WholeNamespace,
                "its sysctls would hold for the whole network namespace, and the policy is for a cgroup: "
                    + "give them in a policy without spec.scope"
            );
        }
        else if (Sysctls.Missing.Length == Sysctls.Settings.Length)
        {
            Lose(only ? PolicyState.Unsupported : PolicyState.PartiallyActive, ReasonCodes.SysctlMissing, Sysctls.Lack);
        }
        else if (!Sysctls.ContestResult.Wins)
        {
            Lose(
                only ? PolicyState.Conflict : PolicyState.PartiallyActive,
                ReasonCodes.Shadowed,
                $"policy '{Sysctls.ContestResult.Contests.First().Winner}' wins wherever it would apply "
                    + $"({Sysctls.ContestResult.Contests.First().Rule})"
            );
        }
        else if (!Sysctls.Missing.IsEmpty)
        {
            Lose(PolicyState.Degraded, ReasonCodes.SysctlMissing, $"{Sysctls.Lack}; the others are set");
        }
        else if (!_policy.Connections.IsEmpty && only)
        {
            Lose(
                PolicyState.Degraded,
                ReasonCodes.ConnectionsNotTold,
                "its sysctls hold for the whole network namespace, whatever spec.connections says"
            );
        }
    }

    public FeatureDecision Decision() =>
        new(
            _name,
            _policy.Observes && PolicyVerdict.IsInForce(_state) ? PolicyState.Observing : _state,
            Used?.Variant.Name,
            _values,
            [.. _reasons],
            _contests
        );

    /// <summary>All that the feature's own code is asked of.</summary>
    private StagedFeature? Ask(ITuningFeature feature, FeatureVariant variant, ParameterValues values, HostFacts host)
    {
        if (
            variant.Attached.CountBy(program => program.Hook).FirstOrDefault(hook => hook.Value > 1) is
            { Key: { } hook }
        )
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
        if (
            staged?.Knobs.FirstOrDefault(knob => knob.Reply != SockopsOperations.None) is { } early
            && IsOfAcceptedOrigin(_policy)
        )
        {
            _state = PolicyState.Degraded;
            _reasons.Add(
                new Reason(
                    ReasonCodes.OriginUnknown,
                    $"{early.Name} comes before an accepted socket exists, with neither user nor interface: "
                        + $"only outbound connections get it"
                )
            );
        }

        Sysctls = PolicySysctls.Of(_policy, feature, fitting);
        Attached = variant.Attached.Any() ? new AttachedFeature(_policy, _scopes, feature, variant, fitting) : null;
        Note(ReasonCodes.ValueCapped, feature.Review(values, host));
        Note(ReasonCodes.ValueHarms, PolicyCautions.Of(feature, values, _policy));
        return staged;
    }

    private static bool IsOfAcceptedOrigin(Policy policy) =>
        policy.Connections.Any(selector => selector.NamesOrigin && selector.Directions.Contains(Direction.Inbound));

    private void Note(string code, IEnumerable<string> notices)
    {
        foreach (var notice in notices)
        {
            _state = PolicyState.Degraded;
            _reasons.Add(new Reason(code, notice));
        }
    }

    private UndecidedFeature NotKnown(VariantChoice choice, string why, ImmutableArray<string> scopes) =>
        new(_name, _policy.Name, why)
        {
            Scopes = scopes,
            Algorithms =
            [
                .. (choice.Feature?.Variants ?? [])
                    .SelectMany(variant => variant.CongestionControls)
                    .Select(control => control.Algorithm)
                    .Distinct(StringComparer.Ordinal),
            ],
        };

    private void Lose(PolicyState state, string code, string text)
    {
        _state = state;
        _reasons.Insert(0, new Reason(code, text));
    }

    private static string NoSlot(List<string> scopes) =>
        $"no slot: scope {scopes[0]}{(scopes.Count > 1 ? $" (and {scopes.Count - 1} more)" : "")} has "
        + $"{DesiredChain.MostStages} features of policies before it in precedence";
}
