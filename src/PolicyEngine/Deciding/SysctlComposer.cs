using System.Collections.Immutable;
using System.Globalization;
using NetEdit.Features;
using NetEdit.Host;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>A feature that sets sysctls, as one policy gives it.</summary>
internal sealed class PolicySysctls
{
    private PolicySysctls(Policy policy, string name, ImmutableArray<SysctlSetting> settings) =>
        (Policy, Name, Settings) = (policy, name, settings);

    /// <summary>The policy.</summary>
    public Policy Policy { get; }

    /// <summary>Name of the feature.</summary>
    public string Name { get; }

    /// <summary>What it sets; never empty.</summary>
    public ImmutableArray<SysctlSetting> Settings { get; }

    /// <summary>Whether the policy is for less than the network namespace, so that nothing is set.</summary>
    public bool IsBounded => !Policy.IsHostWide;

    /// <summary>How it fares among others that set the same sysctls.</summary>
    public ContestResult ContestResult { get; } = new();

    /// <summary>What this kernel does not have.</summary>
    public ImmutableArray<string> Missing { get; set; } = [];

    /// <summary>The same for a person.</summary>
    public string Lack => $"this kernel has no {string.Join(", no ", Missing)}";

    /// <summary>Asks a feature what it sets; null when it is nothing.</summary>
    /// <exception cref="InvalidOperationException">It names what can be no sysctl of a network namespace.</exception>
    public static PolicySysctls? Of(Policy policy, ITuningFeature feature, ParameterValues values)
    {
        ImmutableArray<SysctlSetting> settings = [.. feature.Settings(values)];
        return settings.FirstOrDefault(setting => !setting.IsUsable) is { Name: not null } wrong
                ? throw new InvalidOperationException(
                    $"it would set {Printable.Quote(wrong.Name)} to {Printable.Quote(wrong.Value)}, which is "
                        + $"no sysctl below net. with a value of at most {SysctlSetting.MostCharacters} characters"
                )
            : settings.IsEmpty ? null
            : new PolicySysctls(policy, feature.Name, settings);
    }
}

/// <summary>Finds what each sysctl should be: what the strongest policy gives it.</summary>
internal static class SysctlComposer
{
    /// <summary>Composes; how each feature fares is noted in it.</summary>
    /// <returns>Sorted by name.</returns>
    public static ImmutableArray<DesiredSysctl> Compose(IEnumerable<PolicySysctls> features, HostFacts host)
    {
        var winners = new SortedDictionary<string, (PolicySysctls Feature, SysctlSetting Setting)>(
            StringComparer.Ordinal
        );
        foreach (
            var feature in features
                .Where(feature => !feature.IsBounded)
                .OrderByDescending(feature => feature.Policy.Priority)
                .ThenBy(feature => feature.Policy.Name, StringComparer.Ordinal)
                .ThenBy(feature => feature.Name, StringComparer.Ordinal)
        )
        {
            feature.Missing =
            [
                .. feature.Settings.Select(setting => setting.Name).Where(name => !host.Sysctls.Contains(name)),
            ];
            foreach (var setting in feature.Settings.Where(setting => host.Sysctls.Contains(setting.Name)))
            {
                if (winners.TryAdd(setting.Name, (feature, setting)))
                {
                    feature.ContestResult.Wins = true;
                    continue;
                }

                var winner = winners[setting.Name].Feature;
                ContestResult.Record(
                    winner.ContestResult,
                    feature.ContestResult,
                    () =>
                        new Contest(
                            winner.Policy.Name,
                            feature.Policy.Name,
                            Rule(winner.Policy, feature.Policy),
                            setting.Name
                        )
                );
            }
        }

        return
        [
            .. winners.Values.Select(winner => new DesiredSysctl(
                new SysctlKey(host.NetworkNamespace, winner.Setting.Name),
                winner.Setting.Value,
                winner.Feature.Name,
                winner.Feature.Policy.Name
            )),
        ];
    }

    private static string Rule(Policy winner, Policy loser) =>
        winner.Priority != loser.Priority
            ? string.Create(CultureInfo.InvariantCulture, $"priority {winner.Priority} over {loser.Priority}")
            : "name";
}
