using System.Collections.Immutable;
using NetEdit.Host;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Decides, per host capability, what to attach. Pure.</summary>
public static class Decider
{
    /// <summary>Decides.</summary>
    /// <param name="policies">The policies.</param>
    /// <param name="host">Facts of the host, among them which of the policies' cgroups exist.</param>
    /// <param name="capabilities">The host's capabilities.</param>
    /// <param name="catalog">The installed features.</param>
    /// <param name="rejections">Programs the kernel refused before.</param>
    public static Decision Decide(
        PolicySet policies,
        HostFacts host,
        CapabilityReport capabilities,
        IFeatureCatalog catalog,
        IReadOnlyCollection<Rejection> rejections
    ) => Judge(policies, host, capabilities, catalog, rejections).Decision;

    /// <summary>Decides, and readies the same decision to be explained for single connections.</summary>
    /// <param name="policies">The policies.</param>
    /// <param name="host">Facts of the host, among them which of the policies' cgroups exist.</param>
    /// <param name="capabilities">The host's capabilities.</param>
    /// <param name="catalog">The installed features.</param>
    /// <param name="rejections">Programs the kernel refused before.</param>
    public static ConnectionExplainer Explain(
        PolicySet policies,
        HostFacts host,
        CapabilityReport capabilities,
        IFeatureCatalog catalog,
        IReadOnlyCollection<Rejection> rejections
    )
    {
        var (decision, scopedPolicies, composition) = Judge(policies, host, capabilities, catalog, rejections);
        return new ConnectionExplainer(policies, decision, scopedPolicies, composition);
    }

    private static (
        Decision Decision,
        ImmutableArray<ScopedPolicy> ScopedPolicies,
        ComposedPolicies ComposedPolicies
    ) Judge(
        PolicySet policies,
        HostFacts host,
        CapabilityReport capabilities,
        IFeatureCatalog catalog,
        IReadOnlyCollection<Rejection> rejections
    )
    {
        var chooser = new VariantChooser(host, capabilities, catalog, rejections);
        var verdicts = policies.Policies.Select(policy => new PolicyVerdict(policy, host, chooser)).ToList();
        var scopedPolicies = ScopedPolicy.Rate(verdicts.SelectMany(verdict => verdict.ScopedPolicies));
        var composition = Composer.Compose(scopedPolicies, host);
        foreach (var verdict in verdicts)
        {
            verdict.Apply(composition);
        }

        var attachments = AttachmentComposer.Compose(verdicts.SelectMany(verdict => verdict.Attached), host);
        foreach (var verdict in verdicts)
        {
            verdict.ApplyAttachments();
        }

        var sysctls = SysctlComposer.Compose(verdicts.SelectMany(verdict => verdict.Sysctls), host);
        foreach (var verdict in verdicts)
        {
            verdict.ApplySysctls();
        }

        var decision = new Decision(
            new DesiredState(
                policies.Revision,
                composition.Chains,
                Algorithms(verdicts),
                composition.Profiles,
                composition.Rules
            )
            {
                Attachments = attachments,
                Sysctls = sysctls,
                Undecided = [.. verdicts.SelectMany(verdict => verdict.Undecided)],
            },
            [
                .. verdicts
                    .Select(verdict => verdict.Decision())
                    .OrderBy(decision => decision.Policy, StringComparer.Ordinal),
            ]
        );
        return (decision, scopedPolicies, composition);
    }

    private static ImmutableArray<DesiredAlgorithm> Algorithms(IEnumerable<PolicyVerdict> verdicts) =>
        [
            .. verdicts
                .SelectMany(verdict => verdict.Used)
                .DistinctBy(used => used.Feature.Name, StringComparer.Ordinal)
                .OrderBy(used => used.Feature.Name, StringComparer.Ordinal)
                .SelectMany(
                    used => used.Variant.CongestionControls,
                    (used, program) => new DesiredAlgorithm(used.Feature.Name, used.Variant.Name, program)
                )
                .DistinctBy(algorithm => algorithm.Program.Algorithm, StringComparer.Ordinal)
                .OrderBy(algorithm => algorithm.Program.Algorithm, StringComparer.Ordinal),
        ];
}
