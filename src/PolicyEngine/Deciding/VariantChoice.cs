using System.Collections.Immutable;
using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>What a host can do of a feature, for every policy alike.</summary>
/// <param name="Feature">The feature; null when it is not installed.</param>
/// <param name="Variant">The variant to use; null when there is none.</param>
/// <param name="State">Active, Degraded, or why there is none.</param>
/// <param name="Reasons">Why it is not Active; also why better variants were not chosen.</param>
internal sealed record VariantChoice(
    ITuningFeature? Feature,
    FeatureVariant? Variant,
    PolicyState State,
    ImmutableArray<Reason> Reasons
)
{
    /// <summary>What is not known of the host that the choice hangs on, for a person; null when all of it is known.</summary>
    public string? Unknown { get; init; }

    /// <summary>Whether only what becomes of open connections hangs on it.</summary>
    public bool UnknownForOpenConnectionsOnly { get; init; }

    /// <summary>Whether the host can set on listeners what they pass on, and take it back.</summary>
    public bool ReachesListeners { get; init; }

    /// <summary>What remains of it for a policy: a lesser variant that lacks only parameters, or sizes, the policy does not give is as good.</summary>
    public (PolicyState State, ImmutableArray<Reason> Reasons) For(ParameterValues values)
    {
        if (
            State != PolicyState.Degraded
            || Variant is not { } variant
            || (variant.Without.IsEmpty && variant.AtMost.IsEmpty)
        )
        {
            return (State, Reasons);
        }

        if (variant.Without.Any(name => values.Number(name) is not null || values.Text(name) is not null))
        {
            return (State, Reasons);
        }

        ImmutableArray<Reason> cut = [.. Cut(variant, values)];
        if (!cut.IsEmpty)
        {
            return (State, [.. cut, .. Reasons]);
        }

        var others = Reasons.RemoveAll(reason =>
            reason.Code is ReasonCodes.LesserVariant or ReasonCodes.CapabilityMissing
        );
        return (others.IsEmpty ? PolicyState.Active : State, others);
    }

    private IEnumerable<Reason> Cut(FeatureVariant variant, ParameterValues values) =>
        from bound in variant.AtMost
        let given = values.Number(bound.Key)
        where given > bound.Value
        let kind = Feature!.Parameters.First(spec => string.Equals(spec.Name, bound.Key, StringComparison.Ordinal)).Kind
        select new Reason(
            ReasonCodes.ValueCapped,
            $"of {bound.Key}: {Quantity.Format(kind, given.Value)} this kernel gives "
                + $"{Quantity.Format(kind, bound.Value)}"
        );
}
