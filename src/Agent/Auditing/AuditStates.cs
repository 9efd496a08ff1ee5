using System.Collections.Immutable;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;

namespace NetEdit.Agent.Auditing;

/// <summary>Says of policies what an audit found of them. Nothing is decided by it.</summary>
internal static class AuditStates
{
    /// <summary>
    /// The decisions, with every feature in force that an audit contradicted turned to AuditFailed, every one that some connections do not have to Degraded, and their policies.
    /// What a pass has said of a setting that somebody else changed stays as it is.
    /// </summary>
    public static ImmutableArray<PolicyDecision> Note(ImmutableArray<PolicyDecision> policies, AuditReport? audit)
    {
        var found = (audit?.Lines ?? [])
            .Where(line => !line.Evidence.IsEmpty)
            .ToDictionary(line => (line.Policy, line.Feature), line => (State: State(line), Reason: Describe(line)));
        return found.Count == 0 ? policies : [.. policies.Select(policy => Note(policy, found))];
    }

    private static PolicyDecision Note(
        PolicyDecision policy,
        Dictionary<(string Policy, string Feature), (PolicyState State, Reason Reason)> found
    )
    {
        (PolicyState State, Reason Reason)? worst = null;
        ImmutableArray<FeatureDecision> features =
        [
            .. policy.Features.Select(feature =>
            {
                if (
                    !Verification.IsInForce(feature.State)
                    || feature.Reasons.Any(reason => reason.Code == ReasonCodes.ChangedByOthers)
                    || !found.TryGetValue((policy.Policy, feature.Feature), out var noted)
                )
                {
                    return feature;
                }

                worst =
                    worst is null || (worst.Value.State, noted.State) is (PolicyState.Degraded, PolicyState.AuditFailed)
                        ? noted
                        : worst;
                var state =
                    noted.State == PolicyState.Degraded && feature.State != PolicyState.Active
                        ? feature.State
                        : noted.State;
                return feature with { State = state, Reasons = [noted.Reason, .. feature.Reasons] };
            }),
        ];
        return worst is not { } first ? policy
            : policy.State == PolicyState.Active
            || (first.State == PolicyState.AuditFailed && Verification.IsInForce(policy.State))
                ? policy with
                {
                    State = first.State,
                    Reason = first.Reason,
                    Features = features,
                }
            : policy with { Features = features };
    }

    private static PolicyState State(AuditLine line) =>
        line.Verdict == AuditVerdict.Contradicted ? PolicyState.AuditFailed : PolicyState.Degraded;

    private static Reason Describe(AuditLine line)
    {
        var first = line.Evidence[0];
        var code =
            line.Verdict == AuditVerdict.Contradicted
                ? ReasonCodes.AuditFailed
                : first.Kind switch
                {
                    Contradiction.Refused => ReasonCodes.RefusedOnConnections,
                    Contradiction.NotReached => ReasonCodes.NotReached,
                    _ => ReasonCodes.Overwritten,
                };
        var more =
            line.Contradicted > 1
                ? $"; {line.Contradicted} connections contradict it, {line.Confirmed} confirm it"
                : "";
        return new Reason(
            code,
            $"{line.Feature} at {Render.Time(first.At)}: {first}{more}; netedit audit {line.Policy} says more"
        );
    }
}
