using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Why a feature is not in force as a policy asks for.</summary>
/// <param name="State">The state it has for that.</param>
/// <param name="Reason">Why, before all other reasons.</param>
internal readonly record struct Loss(PolicyState State, Reason Reason)
{
    public Loss(PolicyState state, string code, string text)
        : this(state, new Reason(code, text)) { }

    /// <summary>Describes what a policy is when it is for some of the connections alone, or for none.</summary>
    public static string Condition(Policy policy) => policy.Observes ? "a policy that observes" : "a share";
}
