using System.Collections.Immutable;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Reconciliation;
using NetEdit.Policies;

namespace NetEdit.Agent.Auditing;

/// <summary>Says of policies what an audit found of them. Nothing is decided by it.</summary>
internal static class AuditStates
{
    /// <summary>The decisions, with every feature in force that an audit failed turned to AuditFailed, and its policy.</summary>
    public static ImmutableArray<PolicyDecision> Note(ImmutableArray<PolicyDecision> policies, AuditReport? audit)
    {
        var failures = audit?.Failures.ToDictionary(line => (line.Policy, line.Feature), Describe) ?? [];
        return failures.Count == 0 ? policies : [.. policies.Select(policy => Note(policy, failures))];
    }

    private static PolicyDecision Note(PolicyDecision policy, Dictionary<(string Policy, string Feature), Reason> failures)
    {
        Reason? first = null;
        ImmutableArray<FeatureDecision> features =
        [
            .. policy.Features.Select(feature =>
            {
                if (!Verification.IsInForce(feature.State) || !failures.TryGetValue((policy.Policy, feature.Feature), out var reason))
                {
                    return feature;
                }

                first ??= reason;
                return feature with { State = PolicyState.AuditFailed, Reasons = [reason, .. feature.Reasons] };
            }),
        ];
        return first is null ? policy
            : Verification.IsInForce(policy.State) ? policy with { State = PolicyState.AuditFailed, Reason = first, Features = features }
            : policy with { Features = features };
    }

    private static Reason Describe(AuditLine line)
    {
        var first = line.Evidence[0];
        var more = line.Otherwise > 1 ? $"; {line.Otherwise} connections were otherwise, {line.Kept} as promised" : "";
        return new Reason(ReasonCodes.AuditFailed, $"{line.Feature} at {Render.Time(first.At)}: {first}{more}; netedit audit {line.Policy} says more");
    }
}
