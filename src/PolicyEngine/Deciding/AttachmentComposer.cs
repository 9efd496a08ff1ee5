using System.Collections.Immutable;
using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.Host;
using NetEdit.Policies;
using NetEdit.State;

namespace NetEdit.PolicyEngine;

/// <summary>A feature with programs that are attached by themselves, as one policy gives it.</summary>
internal sealed class AttachedFeature(Policy policy, ITuningFeature feature, FeatureVariant variant, ParameterValues values)
{
    /// <summary>The policy.</summary>
    public Policy Policy => policy;

    /// <summary>Name of the feature.</summary>
    public string Name => feature.Name;

    /// <summary>The variant.</summary>
    public FeatureVariant Variant => variant;

    /// <summary>The values, as the programs read them.</summary>
    public ImmutableArray<byte> Parameters { get; } = ParameterBlock.Of(feature, values);

    /// <summary>How it fares among others that give the same feature.</summary>
    public Standing Standing { get; } = new();

    /// <summary>Whether the host has anything that it could be attached to.</summary>
    public bool HasTargets { get; set; }
}

/// <summary>Finds what programs are attached to, and whose parameters they get: at each target those of the strongest policy.</summary>
internal static class AttachmentComposer
{
    /// <summary>Composes; how each feature fares is noted in it.</summary>
    /// <returns>Sorted by key.</returns>
    public static ImmutableArray<DesiredAttachment> Compose(IEnumerable<AttachedFeature> features, HostFacts host)
    {
        var winners = new Dictionary<AttachmentKey, (DesiredAttachment Attachment, AttachedFeature Feature)>();
        foreach (var feature in features
            .OrderByDescending(feature => feature.Policy.Priority)
            .ThenByDescending(feature => CgroupPath.Depth(feature.Policy.Scope))
            .ThenBy(feature => feature.Policy.Name, StringComparer.Ordinal))
        {
            foreach (var attachment in feature.Variant.Attached.SelectMany(program => Attachments(feature, program, host)))
            {
                feature.HasTargets = true;
                if (winners.TryAdd(attachment.Key, (attachment, feature)))
                {
                    feature.Standing.Wins = true;
                    continue;
                }

                var winner = winners[attachment.Key].Feature;
                Standing.Record(winner.Standing, feature.Standing, () => new Contest(winner.Policy.Name, feature.Policy.Name, Rule(winner.Policy, feature.Policy), attachment.Key.ToString()));
            }
        }

        return [.. winners.Values.Select(winner => winner.Attachment).OrderBy(attachment => attachment.Key.ToString(), StringComparer.Ordinal)];
    }

    /// <summary>Whether an interface is one of those a policy names; a name may end in <c>*</c>.</summary>
    internal static bool IsNamed(string name, ImmutableArray<string> patterns) =>
        patterns.Any(pattern => InterfacePattern.Matches(pattern, name));

    private static IEnumerable<DesiredAttachment> Attachments(AttachedFeature feature, AttachedProgram program, HostFacts host) =>
        Targets(feature.Policy, program.Hook.Target, host).Select(target => new DesiredAttachment(feature.Name, feature.Variant.Name, program, target.Name, target.Id, feature.Policy.Name, feature.Parameters));

    private static IEnumerable<(string Name, ulong Id)> Targets(Policy policy, HookTarget target, HostFacts host) => target switch
    {
        HookTarget.Cgroup => [(policy.Scope, host.Cgroups[policy.Scope])],
        HookTarget.Interface => host.Interfaces.Where(candidate => IsNamed(candidate.Key, policy.Interfaces)).Select(found => (found.Key, (ulong)found.Value)),
        HookTarget.NetworkNamespace => [("", host.NetworkNamespace)],
        _ => [("", 1)],
    };

    private static string Rule(Policy winner, Policy loser) =>
        winner.Priority != loser.Priority ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"priority {winner.Priority} over {loser.Priority}")
        : CgroupPath.Depth(winner.Scope) != CgroupPath.Depth(loser.Scope) ? "narrower scope"
        : "name";
}
