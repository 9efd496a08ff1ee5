using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Plans for sysctls. What somebody else set is left alone until a policy gives another value than the one it was set over.</summary>
internal static class SysctlPlanning
{
    /// <summary>Sets what is not as it should be, and restores what no policy asks for.</summary>
    public static IEnumerable<PlanAction> Find(PlanInput input) =>
        [.. Set(input.Desired, input.Observed), .. Restore(input.Desired, input.Observed)];

    /// <summary>What the kernel lacks of a feature of a policy.</summary>
    public static string? Lack(PlanInput input, FeatureUse use) =>
        input.Desired.Sysctls.FirstOrDefault(sysctl =>
            sysctl.Feature == use.Feature && sysctl.Policy == use.Policy && !IsInForce(sysctl, input.Observed)
        )
            is { } missing
            ? $"{missing.Key} is not {missing.Value}"
            : null;

    private static bool IsInForce(DesiredSysctl sysctl, ObservedState observed) =>
        observed.Sysctls.Any(there =>
            there.Key == sysctl.Key && there.Value == sysctl.Value && (there.IsForeign || there.Current == there.Target)
        );

    private static IEnumerable<PlanAction> Set(DesiredState desired, ObservedState observed)
    {
        var known = observed.Sysctls.ToDictionary(sysctl => sysctl.Key);
        foreach (var sysctl in desired.Sysctls)
        {
            var paused = PauseTarget.IsPaused(desired.Pauses, sysctl.Feature, sysctl.Policy);
            if (!known.TryGetValue(sysctl.Key, out var current))
            {
                yield return new SetSysctl(sysctl, paused, $"policy {sysctl.Policy} asks for it");
            }
            else if (current.Value != sysctl.Value)
            {
                yield return new SetSysctl(
                    sysctl,
                    paused,
                    $"policy {sysctl.Policy} gives another value than "
                        + $"{current.Value}{(current.IsForeign ? $"; somebody else had set {current.Current}" : "")}"
                );
            }
            else if (current.IsForeign)
            {
                continue;
            }
            else if (current.Paused != paused)
            {
                yield return new SetSysctl(sysctl, paused, "what is paused changed");
            }
            else if (!current.IsSettled)
            {
                yield return new SetSysctl(
                    sysctl,
                    paused,
                    current.Current == current.Target ? "a change of it was interrupted" : $"it is {current.Current}"
                );
            }
            else if ((current.Feature, current.Policy) != (sysctl.Feature, sysctl.Policy))
            {
                yield return new SetSysctl(sysctl, paused, $"policy {sysctl.Policy} asks for it now");
            }
        }
    }

    private static IEnumerable<PlanAction> Restore(DesiredState desired, ObservedState observed)
    {
        var wanted = desired.Sysctls.Select(sysctl => sysctl.Key).ToHashSet();
        return observed.Sysctls.Where(sysctl => !wanted.Contains(sysctl.Key)).Select(Restore);
    }

    private static PlanAction Restore(ObservedSysctl sysctl) =>
        sysctl.Current is null ? new ForgetSysctl(sysctl.Key, "it is there no longer")
        : sysctl.IsForeign
            ? new ForgetSysctl(
                sysctl.Key,
                $"no policy in force asks for it; somebody else set it to {sysctl.Current}, and that stays"
            )
        : new RestoreSysctl(sysctl.Key, sysctl.Original, "no policy in force asks for it");
}
