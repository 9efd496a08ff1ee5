using NetEdit.Adapter;
using NetEdit.Agent.Persistence;
using NetEdit.Host;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Reconciliation;

/// <summary>Shows what a pass would do. Changes nothing.</summary>
internal sealed class PolicyPreviews(
    BpfAdapter adapter,
    IFeatureCatalog catalog,
    HostPolicies policies,
    Stability stability,
    LedgerState state
)
{
    /// <summary>Plans a pass with the policies of the files.</summary>
    /// <exception cref="InvalidPoliciesException">The policies or <c>host.yaml</c> are invalid.</exception>
    public PlanPreview Preview()
    {
        var (set, facts) = policies.Read();
        return Preview(set, facts);
    }

    /// <summary>Plans a pass with the policies that were kept on disk; null when none were kept.</summary>
    public PlanPreview? PreviewKept() =>
        policies.Known(last: null) is ({ } set, { } facts) ? Preview(set, facts) : null;

    private PlanPreview Preview(PolicySet set, HostFacts facts)
    {
        var decision = Decider.Decide(set, facts, adapter.Capabilities, catalog, [.. stability.Rejections(set)]);
        var observed = adapter.Observe();
        decision = decision with { Desired = decision.Desired with { Pauses = state.ReadPauses() ?? observed.Pauses } };
        decision = UndecidedFeatures.Note(decision, observed);
        decision = decision with { Policies = SysctlDrift.Note(decision, observed) };
        var plan = Planner.Plan(decision.Desired, observed, adapter.ChainObjectDigest);
        return new PlanPreview(set, decision, observed, plan, facts, stability.Entries)
        {
            NotRead = policies.LastRead.NotRead,
            Emptied = Emptying.Refusal(policies.LastRead, set, observed, state.Policies?.PolicyNames ?? []),
            Sysctls = policies.SysctlValues(
                plan.Actions.OfType<SetSysctl>()
                    .Select(action => action.Sysctl.Key)
                    .Concat(plan.Actions.OfType<RestoreSysctl>().Select(action => action.Key))
                    .Select(key => key.Name)
            ),
            Pending =
            [
                .. decision
                    .Policies.Where(policy =>
                        policy.Features.Any(feature =>
                            Planner.Lack(decision.Desired, observed, adapter.ChainObjectDigest, policy, feature.Feature)
                                is not null
                        )
                    )
                    .Select(policy => policy.Policy),
            ],
        };
    }
}
