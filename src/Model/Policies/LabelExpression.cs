using System.Collections.Immutable;

namespace NetEdit.Model;

/// <summary>How a label is compared with the values of an expression.</summary>
public enum LabelOperator
{
    /// <summary>The value of the label is one of the values.</summary>
    In,

    /// <summary>The label does not exist, or its value is none of the values.</summary>
    NotIn,

    /// <summary>The label exists.</summary>
    Exists,

    /// <summary>The label does not exist.</summary>
    DoesNotExist,
}

/// <summary>A condition on a label of a host or of a container.</summary>
/// <param name="Key">Key of the label.</param>
/// <param name="Operator">How the label is compared.</param>
/// <param name="Values">Values for In and NotIn.</param>
public sealed record LabelExpression(string Key, LabelOperator Operator, ImmutableArray<string> Values)
{
    /// <summary>Returns whether the expression holds.</summary>
    /// <param name="exists">Whether the label exists; null means that this is not known.</param>
    /// <param name="isOneOf">
    /// Whether the label has one of the values; null means that this is not known. Asked for In and NotIn only.
    /// </param>
    /// <returns>Null if it is not known.</returns>
    public bool? Holds(bool? exists, Func<ImmutableArray<string>, bool?> isOneOf) =>
        Operator switch
        {
            LabelOperator.In => isOneOf(Values),
            LabelOperator.NotIn => !isOneOf(Values),
            LabelOperator.Exists => exists,
            _ => !exists,
        };
}
