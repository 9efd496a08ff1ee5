using NetEdit.Model;

namespace NetEdit.Kernels;

/// <summary>What is wrong with what a guest found.</summary>
internal static class Judgement
{
    // Without these a kernel has none of it, whatever its version.
    private static readonly string[] Needed =
    [
        "CONFIG_BPF_SYSCALL=y",
        "CONFIG_BPF_JIT=y",
        "CONFIG_CGROUP_BPF=y",
        "CONFIG_DEBUG_INFO_BTF=y",
    ];

    /// <summary>A line per problem; empty when all is well.</summary>
    public static IEnumerable<string> Problems(KernelResult result)
    {
        if (result.Report is not { } report)
        {
            return [result.Failure!];
        }

        return
        [
            .. MissingCapabilities(result, report),
            .. report.Features.Concat(report.Hookpoints).SelectMany(feature => Unexplained(feature, report)),
            .. report.Features.Concat(report.Hookpoints).SelectMany(feature => Failed(feature.Feature, feature.Checks)),
            .. Failed("host", report.Host),
        ];
    }

    private static IEnumerable<string> Failed(string subject, IEnumerable<CheckReport> checks) =>
        checks
            .Where(check => check.Outcome == CheckOutcome.Failed)
            .Select(check => $"{subject}: {check.Name}: {check.Detail}");

    /// <summary>What a kernel of this version should have and has not, without a reason in its configuration.</summary>
    private static IEnumerable<string> MissingCapabilities(KernelResult result, GuestReport report)
    {
        if (Needed.Any(option => !result.Configuration.Contains(option)))
        {
            return [];
        }

        return from capability in report.Capabilities.Capabilities
            where !capability.Available
            where DocumentedCapabilities.IsPromised(capability.Name, result.Kernel.Version, result.Configuration)
            select $"{capability.Name} is missing, which kernels have since "
                + $"{DocumentedCapabilities.Since[capability.Name]}: {capability.Reason}";
    }

    /// <summary>A feature that is less than Active for another reason than a capability that is missing.</summary>
    private static IEnumerable<string> Unexplained(FeatureReport feature, GuestReport report)
    {
        var missing = report
            .Capabilities.Capabilities.Where(capability => !capability.Available)
            .Select(capability => $"needs {capability.Name}:")
            .ToList();
        var isExplained = feature.State switch
        {
            PolicyState.Active => feature.Reasons.IsEmpty,
            PolicyState.Degraded or PolicyState.Unsupported => feature.Reasons.Any(reason =>
                missing.Exists(need => reason.Text.Contains(need, StringComparison.Ordinal))
            ),
            _ => false,
        };
        return isExplained
            ? []
            :
            [
                $"{feature.Feature} is {feature.State}: "
                    + $"{string.Join("; ", feature.Reasons.Select(reason => $"{reason.Code}: {reason.Text}"))}",
            ];
    }
}
