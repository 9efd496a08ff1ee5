using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.Agent.Reconciliation;

/// <summary>Says of policies that a cgroup of theirs was deleted, or made anew, while a pass was made: nothing of them failed. Pure.</summary>
internal static class EndedScopes
{
    /// <summary>The policies, those whose cgroups are all gone Waiting.</summary>
    /// <param name="policies">The decisions of the pass.</param>
    /// <param name="before">Ids of the cgroups that the pass found.</param>
    /// <param name="now">Ids of the cgroups that exist after it.</param>
    public static ImmutableArray<PolicyDecision> Note(
        ImmutableArray<PolicyDecision> policies,
        IReadOnlyDictionary<string, ulong> before,
        IReadOnlyDictionary<string, ulong> now
    ) => [.. policies.Select(policy => Note(policy, scope => IsGone(scope, before, now)))];

    private static bool IsGone(
        string scope,
        IReadOnlyDictionary<string, ulong> before,
        IReadOnlyDictionary<string, ulong> now
    ) => before.TryGetValue(scope, out var id) && (!now.TryGetValue(scope, out var other) || other != id);

    private static PolicyDecision Note(PolicyDecision policy, Func<string, bool> isGone)
    {
        if (policy.Scopes.Where(isGone).ToImmutableArray() is not [var first, ..] gone || !IsInForce(policy.State))
        {
            return policy;
        }

        var rest = policy.Scopes.RemoveRange(gone);
        var reason = new Reason(
            ReasonCodes.ScopeAbsent,
            (policy.Scope.StartsWith('/') ? "its cgroup was deleted" : "a container ended")
                + $" meanwhile: {first}{(gone.Length > 1 ? $" and {gone.Length - 1} more" : "")}"
        );
        return policy with
        {
            Scopes = rest,
            State = rest.IsEmpty ? PolicyState.Waiting : policy.State,
            Reason = rest.IsEmpty || policy.Reason.Code == ReasonCodes.None ? reason : policy.Reason,
            Features = rest.IsEmpty
                ? [.. policy.Features.Select(feature => Waiting(feature, reason))]
                : policy.Features,
        };
    }

    private static FeatureDecision Waiting(FeatureDecision feature, Reason reason) =>
        IsInForce(feature.State)
            ? feature with
            {
                State = PolicyState.Waiting,
                Reasons = [reason, .. feature.Reasons],
            }
            : feature;

    private static bool IsInForce(PolicyState state) => Verification.IsInForce(state) || state == PolicyState.Observing;
}
