using System.Collections.Immutable;
using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.Host;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>A feature with standalone programs, as one policy gives it.</summary>
internal sealed class AttachedFeature(
    Policy policy,
    ImmutableArray<string> scopes,
    ITuningFeature feature,
    FeatureVariant variant,
    ParameterValues values
)
{
    /// <summary>The policy.</summary>
    public Policy Policy => policy;

    /// <summary>The policy's cgroups.</summary>
    public ImmutableArray<string> Scopes => scopes;

    /// <summary>Name of the feature.</summary>
    public string Name => feature.Name;

    /// <summary>The variant.</summary>
    public FeatureVariant Variant => variant;

    /// <summary>The values, as the programs read them.</summary>
    public ImmutableArray<byte> Parameters { get; } = ParameterBlock.Of(feature, values);

    /// <summary>How it fares among others that give the same feature.</summary>
    public ContestResult ContestResult { get; } = new();

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
        var winners = new Dictionary<AttachmentKey, (DesiredAttachment Attachment, AttachmentPlace AttachmentPlace)>();
        foreach (
            var place in features
                .SelectMany(feature => feature.Scopes, (feature, scope) => new AttachmentPlace(feature, scope))
                .OrderByDescending(place => place.Policy.Priority)
                .ThenByDescending(place => place.Depth)
                .ThenBy(place => place.Policy.Name, StringComparer.Ordinal)
                .ThenBy(place => place.Scope, StringComparer.Ordinal)
        )
        {
            foreach (
                var attachment in place.Feature.Variant.Attached.SelectMany(program =>
                    Attachments(place, program, host)
                )
            )
            {
                place.Feature.HasTargets = true;
                if (winners.TryAdd(attachment.Key, (attachment, place)))
                {
                    place.Feature.ContestResult.Wins = true;
                }
                else if (winners[attachment.Key].AttachmentPlace is var winner && winner.Feature != place.Feature)
                {
                    ContestResult.Record(
                        winner.Feature.ContestResult,
                        place.Feature.ContestResult,
                        () =>
                            new Contest(
                                winner.Policy.Name,
                                place.Policy.Name,
                                Rule(winner, place),
                                attachment.Key.ToString()
                            )
                    );
                }
            }
        }

        return
        [
            .. winners
                .Values.Select(winner => winner.Attachment)
                .OrderBy(attachment => attachment.Key.ToString(), StringComparer.Ordinal),
        ];
    }

    /// <summary>Whether an interface is one of those a policy names; a name may end in <c>*</c>.</summary>
    internal static bool IsNamed(string name, ImmutableArray<string> patterns) =>
        patterns.Any(pattern => NamePattern.Matches(pattern, name));

    private static IEnumerable<DesiredAttachment> Attachments(
        AttachmentPlace place,
        AttachedProgram program,
        HostFacts host
    ) =>
        Targets(place, program.Hook.Target, host)
            .Select(target => new DesiredAttachment(
                place.Feature.Name,
                place.Feature.Variant.Name,
                program,
                target.Name,
                target.Id,
                place.Policy.Name,
                place.Feature.Parameters
            ));

    private static IEnumerable<(string Name, ulong Id)> Targets(
        AttachmentPlace place,
        HookTarget target,
        HostFacts host
    ) =>
        target switch
        {
            HookTarget.Cgroup => [(place.Scope, host.Cgroups[place.Scope])],
            HookTarget.Interface => host
                .Interfaces.Where(candidate => IsNamed(candidate.Key, place.Policy.Interfaces))
                .Select(found => (found.Key, (ulong)found.Value)),
            HookTarget.NetworkNamespace => [("", host.NetworkNamespace)],
            _ => [("", 1)],
        };

    private static string Rule(AttachmentPlace winner, AttachmentPlace loser) =>
        winner.Policy.Priority != loser.Policy.Priority
            ? string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"priority {winner.Policy.Priority} over {loser.Policy.Priority}"
            )
        : winner.Depth != loser.Depth ? "narrower scope"
        : "name";

    // A feature in one scope of its policy.
    private sealed record AttachmentPlace(AttachedFeature Feature, string Scope)
    {
        public Policy Policy => Feature.Policy;

        public int Depth { get; } = CgroupPath.Depth(Scope);
    }
}
