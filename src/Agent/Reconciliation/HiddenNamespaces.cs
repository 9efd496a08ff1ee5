using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.Agent.Reconciliation;

/// <summary>Says of policies that they do not reach open connections in network namespaces that the agent may not see. Pure.</summary>
internal static class HiddenNamespaces
{
    /// <summary>The decisions, with features Degraded that are for open connections, too, where walks could not see every namespace.</summary>
    /// <param name="policies">The decisions.</param>
    /// <param name="desired">What was decided.</param>
    /// <param name="hidden">Processes whose namespace the last walk of a scope could not see, by scope.</param>
    public static ImmutableArray<PolicyDecision> Note(
        ImmutableArray<PolicyDecision> policies,
        DesiredState desired,
        ImmutableSortedDictionary<string, int> hidden
    ) =>
        hidden.Values.Any(processes => processes > 0)
            ? [.. policies.Select(policy => Note(policy, desired, hidden))]
            : policies;

    private static PolicyDecision Note(
        PolicyDecision policy,
        DesiredState desired,
        ImmutableSortedDictionary<string, int> hidden
    )
    {
        var processes = policy.Scopes.Select(scope => hidden.GetValueOrDefault(scope)).DefaultIfEmpty().Max();
        var walked = desired
            .Chains.Where(chain => policy.Scopes.Contains(chain.Scope, StringComparer.Ordinal))
            .SelectMany(chain => chain.Stages)
            .Where(stage => stage.Program.Live is not null)
            .Select(stage => stage.Feature)
            .ToHashSet(StringComparer.Ordinal);
        if (
            processes == 0
            || !policy.Features.Any(feature =>
                Verification.IsInForce(feature.State) && walked.Contains(feature.Feature)
            )
        )
        {
            return policy;
        }

        var reason = new Reason(
            ReasonCodes.NamespacesHidden,
            $"open connections in the network namespaces of {Plural.Count(processes, "process")} keep what "
                + $"they have: CAP_SYS_PTRACE is missing, or a security module forbids to see them"
        );
        var noted = policy with
        {
            Features =
            [
                .. policy.Features.Select(feature =>
                    Verification.IsInForce(feature.State) && walked.Contains(feature.Feature)
                        ? feature with
                        {
                            State = feature.State == PolicyState.Active ? PolicyState.Degraded : feature.State,
                            Reasons = [.. feature.Reasons, reason],
                        }
                        : feature
                ),
            ],
        };
        return policy.State == PolicyState.Active
            ? noted with
            {
                State = PolicyState.Degraded,
                Reason = reason,
            }
            : noted;
    }
}
