using System.Collections.Immutable;
using NetEdit.Bpf;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Reconciliation;

/// <summary>Something that was in force after a pass and is not in the kernel before the next, without our doing.</summary>
/// <param name="Feature">The feature.</param>
/// <param name="What">What is missing.</param>
internal sealed record DriftItem(string Feature, string What);

/// <summary>Finds what somebody took away between two passes. Pure.</summary>
internal static class Drift
{
    /// <summary>What is missing, one item per feature. A cgroup or interface that went, or was made anew, took its chain along: that is no drift.</summary>
    /// <param name="last">The last pass.</param>
    /// <param name="observed">What the kernel holds now.</param>
    /// <param name="cgroups">Ids of the cgroups that exist now.</param>
    /// <param name="interfaces">Indices of the interfaces that exist now.</param>
    /// <param name="chainObjectDigest">Digest of the adapter's chain object.</param>
    public static ImmutableArray<DriftItem> Find(
        ReconcileReport last,
        ObservedState observed,
        IReadOnlyDictionary<string, ulong> cgroups,
        IReadOnlyDictionary<string, int> interfaces,
        string chainObjectDigest
    )
    {
        var desired = StillThere(last.Desired, cgroups, interfaces);
        var items = ImmutableArray.CreateBuilder<DriftItem>();
        foreach (var policy in last.Policies)
        {
            foreach (var feature in policy.Features)
            {
                if (
                    Verification.IsInForce(feature.State)
                    && !items.Any(item => string.Equals(item.Feature, feature.Feature, StringComparison.Ordinal))
                    && Planner.Lack(desired, observed, chainObjectDigest, policy, feature.Feature) is { } missing
                )
                {
                    items.Add(new DriftItem(feature.Feature, missing));
                }
            }
        }

        return items.ToImmutable();
    }

    /// <summary>The part of a desired state whose cgroups and interfaces are still those it was decided for.</summary>
    /// <param name="desired">What was decided.</param>
    /// <param name="cgroups">Ids of the cgroups that exist now.</param>
    /// <param name="interfaces">Indices of the interfaces that exist now.</param>
    public static DesiredState StillThere(
        DesiredState desired,
        IReadOnlyDictionary<string, ulong> cgroups,
        IReadOnlyDictionary<string, int> interfaces
    )
    {
        var chains = desired.Chains.RemoveAll(chain =>
            !cgroups.TryGetValue(chain.Scope, out var id) || id != chain.CgroupId
        );
        var keys = chains.Select(chain => chain.Key).ToHashSet();
        return desired with
        {
            Chains = chains,
            Profiles = desired.Profiles.RemoveAll(profile => !keys.Contains(profile.Chain)),
            Attachments = desired.Attachments.RemoveAll(attachment => IsGone(attachment, cgroups, interfaces)),
        };
    }

    private static bool IsGone(
        DesiredAttachment attachment,
        IReadOnlyDictionary<string, ulong> cgroups,
        IReadOnlyDictionary<string, int> interfaces
    ) =>
        attachment.Program.Hook.Target switch
        {
            HookTarget.Cgroup => !cgroups.TryGetValue(attachment.Target, out var id) || id != attachment.TargetId,
            HookTarget.Interface => !interfaces.TryGetValue(attachment.Target, out var index)
                || (ulong)index != attachment.TargetId,
            _ => false,
        };
}
