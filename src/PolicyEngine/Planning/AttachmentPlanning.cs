using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Plans for standalone programs.</summary>
internal static class AttachmentPlanning
{
    /// <summary>Attaches, replaces, writes parameters, and detaches what no policy asks for.</summary>
    public static IEnumerable<PlanAction> Find(PlanInput input) =>
        [.. Attach(input.Desired, input.Observed), .. Detach(input.Desired, input.Observed)];

    /// <summary>What the kernel lacks of a feature of a policy.</summary>
    public static string? Lack(PlanInput input, FeatureUse use) =>
        input.Desired.Attachments.FirstOrDefault(attachment =>
            attachment.Feature == use.Feature
            && attachment.Policy == use.Policy
            && !IsInForce(attachment, input.Observed)
        )
            is { } missing
            ? $"the program of {missing.Key} is not attached with its parameters"
            : null;

    private static bool IsInForce(DesiredAttachment attachment, ObservedState observed) =>
        observed.Attachments.Any(there =>
            there.Key == attachment.Key
            && there.TargetId == attachment.TargetId
            && string.Equals(there.Digest, DesiredDigest.OfAttachment(attachment.Program), StringComparison.Ordinal)
            && there.Parameters.AsSpan().SequenceEqual(attachment.Parameters.AsSpan())
        );

    private static IEnumerable<PlanAction> Attach(DesiredState desired, ObservedState observed)
    {
        var known = observed.Attachments.ToDictionary(attachment => attachment.Key);
        foreach (var attachment in desired.Attachments)
        {
            var paused = PauseTarget.IsPaused(desired.Pauses, attachment.Feature, attachment.Policy);
            if (!known.TryGetValue(attachment.Key, out var current))
            {
                yield return new AttachProgram(attachment, paused, $"policy {attachment.Policy} asks for it");
            }
            else if (current.TargetId != attachment.TargetId)
            {
                yield return new DetachProgram(
                    attachment.Key,
                    "what it was attached to is gone, or somebody detached it"
                )
                {
                    IsLoose = true,
                };
                yield return new AttachProgram(attachment, paused, "it is attached no longer");
            }
            else if (
                DesiredDigest.OfAttachment(attachment.Program) is var digest
                && !string.Equals(digest, current.Digest, StringComparison.Ordinal)
            )
            {
                yield return new UpdateProgram(
                    attachment,
                    paused,
                    $"its code changed from {current.Digest} to {digest}"
                );
            }
            else if (!current.Pinned)
            {
                yield return new UpdateProgram(attachment, paused, "the pin of its program is gone");
            }
            else if (
                !current.Parameters.AsSpan().SequenceEqual(attachment.Parameters.AsSpan())
                || !string.Equals(current.Policy, attachment.Policy, StringComparison.Ordinal)
            )
            {
                yield return new WriteParameters(attachment, paused, $"policy {attachment.Policy} gives other values");
            }
            else if (current.Paused != paused)
            {
                yield return new PauseProgram(attachment.Key, paused, "what is paused changed");
            }
        }
    }

    private static IEnumerable<PlanAction> Detach(DesiredState desired, ObservedState observed)
    {
        var wanted = desired.Attachments.Select(attachment => attachment.Key).ToHashSet();
        return observed
            .Attachments.Where(attachment => !wanted.Contains(attachment.Key))
            .Select(attachment => new DetachProgram(attachment.Key, "no policy in force asks for it"));
    }
}
