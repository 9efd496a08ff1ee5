using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.Agent.Cli.Output;

/// <summary>
/// The policies that should be in force on this host and are not, or not wholly. Those that wait for a cgroup, are for other hosts or times, or
/// only observe are as they should be. Pure.
/// </summary>
internal static class NotInForce
{
    /// <summary>Finds them, in the same order.</summary>
    public static ImmutableArray<PolicyDecision> Of(ImmutableArray<PolicyDecision> policies) =>
        [.. policies.Where(policy => !policy.Observes && !IsAsItShouldBe(policy.State))];

    /// <summary>Names them: <c>not in force: web (Unsupported)</c>.</summary>
    public static string Text(ImmutableArray<PolicyDecision> policies) =>
        "not in force: " + string.Join(", ", policies.Select(policy => $"{policy.Policy} ({policy.State})"));

    private static bool IsAsItShouldBe(PolicyState state) =>
        state
            is PolicyState.Active
                or PolicyState.Degraded
                or PolicyState.Observing
                or PolicyState.Skipped
                or PolicyState.Expired
                or PolicyState.Waiting;
}
