namespace NetEdit.Systemd.Tests;

/// <summary>What happens to a host, from the installation to the purge, in this order.</summary>
internal static class Script
{
    private static readonly Step[] All =
    [
        new("A host boots and no unit has failed", Installation.Boot),
        new("The package installs, is enabled, starts, and fails nothing", Installation.Install),
        new("A reload without any policy succeeds", Reloading.WithoutPolicies),
        new("A policy in the directory tunes connections at once", Installation.Tune),
        new("The journal has priorities, and the time once", Installation.Journal),
        new("Systemd rates the exposure of the running service at most 3.7", Rights.Exposure, IsDeep: true),
        new("The unit takes no capability of the kernel away", Rights.Capabilities, IsDeep: true),
        new("Each example policy comes into force as far as the kernel can", Rights.Examples, IsDeep: true),
        new("An upgrade keeps an open connection, and the tuning all the while", Survival.Upgrade),
        new("A killed agent is started again, and the tuning stays all the while", Survival.Kill, IsDeep: true),
        new("An agent that hangs is started again", Survival.Watchdog, IsDeep: true),
        new("A reload with invalid policies fails, says why, and changes nothing", Reloading.WithInvalidPolicies),
        new("A reload with mended policies succeeds", Reloading.WithMendedPolicies),
        new("Policies that are all gone stay in force, and the status says so", Reloading.WithLostPolicies),
        new("Removing takes the tuning away and keeps what is the administrator's", Removing.Remove),
        new("Purging leaves nothing", Removing.Purge),
    ];

    /// <summary>The steps of this run.</summary>
    public static IReadOnlyList<Step> Steps { get; } = [.. All.Where(step => TestDepth.IsDeep || !step.IsDeep)];
}
