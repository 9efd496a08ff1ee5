using System.Collections.Immutable;
using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>A policy in one of its scopes: it is selected, the scope is there, and it gives connections at least one feature with a stage.</summary>
internal sealed class ScopedPolicy
{
    private static readonly ImmutableArray<ConnectionSelector> AllConnections =
    [
        new([IpPrefix.Any], [], [Direction.Outbound, Direction.Inbound]),
    ];

    /// <summary>Creates a scoped policy; its place among the others is given by <see cref="Rank"/>.</summary>
    public ScopedPolicy(Policy policy, string scope, ImmutableArray<StagedFeature> features)
    {
        Policy = policy;
        Scope = scope;
        Features = features;
        Depth = CgroupPath.Depth(scope);
        Selectors = policy.Connections.IsEmpty ? AllConnections : policy.Connections;
    }

    /// <summary>The policy.</summary>
    public Policy Policy { get; }

    /// <summary>Path of the cgroup.</summary>
    public string Scope { get; }

    /// <summary>The features with a stage that this host can give, sorted by name.</summary>
    public ImmutableArray<StagedFeature> Features { get; }

    /// <summary>Levels of the scope below the root.</summary>
    public int Depth { get; }

    /// <summary>Which connections; never empty.</summary>
    public ImmutableArray<ConnectionSelector> Selectors { get; }

    /// <summary>Place in the order of priority, then scope, then name; 0 is the strongest.</summary>
    public int Rank { get; private set; }

    /// <summary>Place in the order of priority, then scope alone; members of a group are told apart by prefix, ports and name.</summary>
    public int Group { get; private set; }

    /// <summary>Sorts scoped policies from the strongest to the weakest and gives them their ranks and groups.</summary>
    public static ImmutableArray<ScopedPolicy> Rate(IEnumerable<ScopedPolicy> scopedPolicies)
    {
        ImmutableArray<ScopedPolicy> sorted =
        [
            .. scopedPolicies
                .OrderByDescending(scopedPolicy => scopedPolicy.Policy.Priority)
                .ThenByDescending(scopedPolicy => scopedPolicy.Depth)
                .ThenBy(scopedPolicy => scopedPolicy.Policy.Name, StringComparer.Ordinal)
                .ThenBy(scopedPolicy => scopedPolicy.Scope, StringComparer.Ordinal),
        ];
        for (var i = 0; i < sorted.Length; i++)
        {
            var isFirst =
                i == 0
                || sorted[i].Policy.Priority != sorted[i - 1].Policy.Priority
                || sorted[i].Depth != sorted[i - 1].Depth;
            sorted[i].Rank = i;
            sorted[i].Group = i == 0 ? 0 : sorted[i - 1].Group + (isFirst ? 1 : 0);
        }

        return sorted;
    }
}

/// <summary>A feature with a stage, as one policy gives it.</summary>
internal sealed class StagedFeature(
    ITuningFeature feature,
    FeatureVariant variant,
    ParameterValues values,
    bool reachesListeners
)
{
    /// <summary>Its name.</summary>
    public string Name => feature.Name;

    /// <summary>Its stage.</summary>
    public ChainStage Stage { get; } = new(feature.Name, variant.Name, variant.Stage!);

    /// <summary>What it sets with these values.</summary>
    public ImmutableArray<Knob> Knobs { get; } = KnobRules.Of(feature, values);

    /// <summary>The values, as a policy writes them.</summary>
    public string Values => ValuesText.Format(feature, values);

    /// <summary>The values, as the programs read them.</summary>
    public ImmutableArray<byte> Parameters { get; } = ParameterBlock.Of(feature, values);

    /// <summary>What a listener can pass on, of the knobs that the feature declares.</summary>
    public ImmutableArray<ListenerSetting> ListenerSettings { get; } =
    [
        .. (reachesListeners ? feature.ListenerSettings(values) : []).Where(setting =>
            feature.Knobs.Any(knob =>
                knob.Option is not null && (knob.Level, knob.Option) == (setting.Knob.Level, setting.Knob.Option)
            )
        ),
    ];
}
