using System.Collections.Immutable;
using NetEdit.Adapter;
using NetEdit.Agent.Metrics;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Comparing;

/// <summary>What <c>compare</c> shows.</summary>
/// <param name="Policy">Name of the policy.</param>
/// <param name="With">Connections measured with it.</param>
/// <param name="Without">Connections measured without it.</param>
/// <param name="Measures">By measure.</param>
internal sealed record CompareReport(
    string Policy,
    ulong With,
    ulong Without,
    ImmutableArray<MeasureComparison> Measures
)
{
    /// <summary>Compares the arms of a policy by what the kernel has measured of the profiles there are now.</summary>
    /// <param name="policy">Name of the policy.</param>
    /// <param name="policies">Names of all policies.</param>
    /// <param name="desired">Says whose the profiles are.</param>
    /// <param name="measure">Reads what was measured.</param>
    /// <exception cref="CliException">The policy has nothing to compare.</exception>
    public static CompareReport Of(
        string policy,
        IEnumerable<string> policies,
        DesiredState desired,
        Func<IEnumerable<ProfileMeasures>> measure
    )
    {
        var known = policies.ToList();
        if (!known.Contains(policy, StringComparer.Ordinal))
        {
            throw new CliException(ExitCode.Failed, $"no policy is named '{policy}'{Suggestion.For(policy, known)}");
        }

        var arms = desired
            .Profiles.SelectMany(
                profile => ConnectionLedger.MeasuredArms(profile),
                (profile, arm) => (profile.Id, Arm: arm)
            )
            .Where(arm => arm.Arm.Policy == policy)
            .ToLookup(arm => arm.Id, arm => arm.Arm.Treated);
        if (arms.Count == 0)
        {
            throw new CliException(
                ExitCode.Failed,
                $"nothing is measured of policy '{policy}': it needs measure: true in its spec, and must be "
                    + $"in force (netedit explain policy {policy})"
            );
        }

        if (!arms.Any(treated => treated.Contains(false)))
        {
            throw new CliException(
                ExitCode.Failed,
                $"policy '{policy}' is for all of its connections, so there is nothing to compare them with: "
                    + $"give it a share in its spec, as in share: 50%"
            );
        }

        var (with, without) = (MeasureSums.None, MeasureSums.None);
        foreach (var measured in measure())
        {
            foreach (var treated in arms[measured.Profile])
            {
                (with, without) = treated
                    ? (with.Add(MeasureSums.Of(measured)), without)
                    : (with, without.Add(MeasureSums.Of(measured)));
            }
        }

        return new CompareReport(policy, with.Connections, without.Connections, ArmComparison.Compare(with, without));
    }
}
