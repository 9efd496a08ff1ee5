using System.Collections.Immutable;
using NetEdit.Adapter;
using NetEdit.Agent.Control;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Reconciliation;

/// <summary>Lets the next pass try again what was given up: features in quarantine, and sysctls that somebody else set.</summary>
internal sealed class Retries(BpfAdapter adapter, Stability stability)
{
    /// <summary>Releases what a user named.</summary>
    /// <param name="feature">The feature; null for all.</param>
    /// <exception cref="CliException">It is not in quarantine, and something else is; or a sysctl cannot be forgotten.</exception>
    public RetryReport Release(string? feature)
    {
        var foreign = TakeOver(feature);
        var released = stability.Retry(feature);
        var others = stability
            .Entries.Select(entry => entry.Feature)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToImmutableArray();
        if (feature is not null && foreign.IsEmpty && released.IsEmpty && !others.IsEmpty)
        {
            throw new CliException(
                ExitCode.Failed,
                $"'{feature}' is not in quarantine{Suggestion.For(feature, others)}; in quarantine: "
                    + $"{string.Join(", ", others)}"
            );
        }

        return new RetryReport(StatusReports.Quarantine(released))
        {
            Sysctls = [.. foreign.Select(StatusReports.Sysctl)],
        };
    }

    /// <summary>Forgets what somebody else set of sysctls, so that the next pass sets them over it.</summary>
    private ImmutableArray<ObservedSysctl> TakeOver(string? feature)
    {
        ImmutableArray<ObservedSysctl> foreign =
        [
            .. adapter
                .ObserveOwn()
                .Sysctls.Where(sysctl => sysctl.IsForeign && (feature is null || sysctl.Feature == feature)),
        ];
        var result = adapter.Execute(
            new Plan("", [.. foreign.Select(sysctl => new ForgetSysctl(sysctl.Key, "netedit retry"))])
        );
        return result.Success ? foreign : throw new CliException(ExitCode.Failed, result.Error!);
    }
}
