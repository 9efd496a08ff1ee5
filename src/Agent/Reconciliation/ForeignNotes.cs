using System.Collections.Immutable;
using NetEdit.Bpf;
using NetEdit.Model;

namespace NetEdit.Agent.Reconciliation;

/// <summary>
/// Marks policies whose answers other programs can void: a program attached below the scope runs before ours, and if it returns 0, the kernel ignores both answers.
/// Whether it returns 0 is not visible from outside, so no state changes: an audit compares connections. Pure.
/// </summary>
internal static class ForeignNotes
{
    private const SockopsOperations Queries =
        SockopsOperations.TimeoutInit
        | SockopsOperations.ReceiveWindowInit
        | SockopsOperations.NeedsEcn
        | SockopsOperations.BaseRtt;

    /// <summary>The features of a chain that answer queries of the kernel.</summary>
    /// <param name="desired">What was decided.</param>
    /// <param name="scope">Path of the chain's scope.</param>
    public static IEnumerable<string> Answering(DesiredState desired, string scope) =>
        from chain in desired.Chains
        where string.Equals(chain.Scope, scope, StringComparison.Ordinal)
        from stage in chain.Stages
        where (stage.Program.Operations & Queries) != SockopsOperations.None
        select stage.Feature;

    /// <summary>The decisions, with the note on each policy in force that answers queries above such a program and has no other reason.</summary>
    /// <param name="policies">What was decided, held against the kernel.</param>
    /// <param name="desired">The state that was decided.</param>
    /// <param name="observed">What the kernel holds.</param>
    public static ImmutableArray<PolicyDecision> Note(
        ImmutableArray<PolicyDecision> policies,
        DesiredState desired,
        ObservedState observed
    )
    {
        ImmutableArray<ForeignProgram> below =
        [
            .. observed.Foreign.Where(program => program is { Below: not null, Hook: "sockops" }),
        ];
        return below.IsEmpty ? policies : [.. policies.Select(policy => Note(policy, desired, below))];
    }

    private static PolicyDecision Note(
        PolicyDecision policy,
        DesiredState desired,
        ImmutableArray<ForeignProgram> below
    )
    {
        var first = below.FirstOrDefault(program => policy.Scopes.Contains(program.Scope, StringComparer.Ordinal));
        if (first is null)
        {
            return policy;
        }

        var answering = Answering(desired, first.Scope).ToHashSet(StringComparer.Ordinal);
        List<string> features =
        [
            .. policy
                .Features.Where(feature => Verification.IsInForce(feature.State) && answering.Contains(feature.Feature))
                .Select(feature => feature.Feature),
        ];
        if (features.Count == 0)
        {
            return policy;
        }

        var reason = new Reason(
            ReasonCodes.ForeignBelow,
            $"{string.Join(", ", features)} may reach only part of the scope: program {first.ProgramId} "
                + $"'{Printable.Line(first.Name)}', which is not NetEdit's, is attached to {first.Below}. Where such a "
                + $"program returns 0, the kernel ignores NetEdit's answer; netedit audit tests connections there"
        );
        return policy with
        {
            Reason = string.Equals(policy.Reason.Code, ReasonCodes.None, StringComparison.Ordinal)
                ? reason
                : policy.Reason,
            Features =
            [
                .. policy.Features.Select(feature =>
                    features.Contains(feature.Feature)
                        ? feature with
                        {
                            Reasons = feature.Reasons.Add(reason),
                        }
                        : feature
                ),
            ],
        };
    }
}
