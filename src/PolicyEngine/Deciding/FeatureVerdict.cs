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
            Staged = Ask(feature, variant, values, host, choice.ReachesListeners);
            Used = (feature, variant);
        }
#pragma warning disable CA1031 // A plugin's code may throw anything; its feature then fails, and the others go on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Lose(
                new Loss(
                    PolicyState.Failed,
                    ReasonCodes.FeatureError,
                    $"its code threw {exception.GetType().Name}: {exception.Message}"
                )
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
        if (StageVerdict.Find(contestResult, _scopes.Length, exceeded, limit) is { } loss)
        {
            Lose(loss);
            Used = loss.State == PolicyState.Failed ? null : Used;
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

    /// <summary>Judges its standalone programs. A feature that has a stage, too, is in force by that wherever it wins there.</summary>
    public void ApplyAttachments()
    {
        if (Used is null || Attached is null)
        {
            return;
        }

        _contests = _policy.IsUnconditional ? [.. _contests, .. Attached.ContestResult.Contests] : _contests;
        Lose(AttachmentVerdict.Find(_policy, Attached, hasStage: Staged is not null));
    }

    /// <summary>Judges its sysctls. A feature that has programs, too, is in force by those.</summary>
    public void ApplySysctls()
    {
        if (Used is null || Sysctls is null)
        {
            return;
        }

        _contests = _policy.IsUnconditional ? [.. _contests, .. Sysctls.ContestResult.Contests] : _contests;
        Lose(SysctlVerdict.Find(_policy, Sysctls, hasPrograms: Staged is not null || Attached is not null));
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
    private StagedFeature? Ask(
        ITuningFeature feature,
        FeatureVariant variant,
        ParameterValues values,
        HostFacts host,
        bool reachesListeners
    )
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
        var staged = variant.Stage is null ? null : new StagedFeature(feature, variant, fitting, reachesListeners);
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

    private void Lose(Loss? loss)
    {
        if (loss is { State: var state, Reason: var reason })
        {
            _state = state;
            _reasons.Insert(0, reason);
        }
    }
}
